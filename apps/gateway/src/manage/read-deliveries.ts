import { type DeliveryPlace, DeliveryState } from '@sluice/contracts/delivery-commands';
import { MOMENT_WANTED, readMoment } from './moment.js';
import { pageLimit, placeAt, wrongQuery } from './page.js';
import { pathId } from './path-id.js';

/** What a list of deliveries is asked for by. */
export const DELIVERY_QUERY = ['webhook_id', 'state', 'since', 'until', 'event_id', 'limit', 'cursor'] as const;

const WEBHOOK_ID = /^[\w-]{1,64}$/;
/** As long as an attribute of CloudEvents may be here. */
const LONGEST_EVENT_ID = 2_048;
/** A moment to the microsecond, or none that is known, and an id. */
const PLACE = /^(\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z|infinity)\/msg_[\w-]{1,64}$/;

/** The query of a list of deliveries. @throws {Fault} 400 naming the parameter; 404 for what can't be a webhook. */
export const readDeliveryQuestion = (query: Record<string, unknown>) => ({
  webhookId: webhookOf(query.webhook_id),
  state: stateOf(query.state),
  since: momentOf('since', query.since),
  until: momentOf('until', query.until),
  eventId: eventOf(query.event_id),
  limit: pageLimit(query.limit),
  before: placeOf(query.cursor),
});

function webhookOf(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string' || id === '') throw wrongQuery('webhook_id', 'must be the id of a webhook, given once');
  return pathId(id, WEBHOOK_ID, 'there is no such webhook');
}

function eventOf(id: unknown): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === 'string' && id !== '' && id.length <= LONGEST_EVENT_ID) return id;
  throw wrongQuery('event_id', 'must be the id of an event, given once');
}

function stateOf(state: unknown): DeliveryState | undefined {
  if (state === undefined) return undefined;
  const parsed = DeliveryState.safeParse(state);
  if (parsed.success) return parsed.data;
  throw wrongQuery('state', `must be one of ${DeliveryState.options.join(', ')}`);
}

function momentOf(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const moment = readMoment(value);
  if (moment !== null) return moment;
  throw wrongQuery(name, MOMENT_WANTED);
}

function placeOf(cursor: unknown): DeliveryPlace | undefined {
  const [at, id] = placeAt(cursor, PLACE)?.split('/') ?? [];
  return at === undefined || id === undefined ? undefined : { at, id };
}
