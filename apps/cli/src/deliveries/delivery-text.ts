import { record } from '../terminal/table.js';
import { type DeliveryRequest, requestText } from './request-text.js';
import { answersText, type TimedDelivery, timeLine } from './time-line.js';

/** Of `GET /v1/deliveries/{id}` (docs/api.md). */
interface Delivery extends TimedDelivery {
  id: string;
  webhook_id: string;
  event: { source: string; id: string; type: string; accepted_at: string } | null;
  last_status: number | null;
  attempts_made: number;
  request: DeliveryRequest | null;
}

/** One delivery for people: what it is, its time line, what the endpoint answered, and what is sent. */
export function deliveryText(body: object): string {
  const delivery = body as Delivery;
  const { id, webhook_id: webhook, event, state, reason, last_status, attempts_made, attempts, request } = delivery;
  const what = record({
    ...{ delivery: id, webhook, event: event?.id, source: event?.source, type: event?.type },
    ...{ state: reason === null ? state : `${state}: ${reason}`, attempts: attempts_made, 'last status': last_status },
  });
  const asked = request === null ? '(its event is no longer kept)' : requestText(request);
  const title = 'The request, as it would be made now';
  return [what, timeLine(delivery), ...answersText(attempts), `${title}\n${indented(asked)}`].join('\n\n');
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');
