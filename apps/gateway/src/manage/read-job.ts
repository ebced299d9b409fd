import type { JobRequest } from '@sluice/contracts/job-commands';
import type { JsonMembers } from '../server/json-body.js';
import { MOMENT_WANTED, readMoment } from './moment.js';
import { readStartFrom } from './start-from.js';

const KINDS = ['resend', 'replay', 'backfill'] as const;
const AS = ['itself', 'new'] as const;
const STATES = ['exhausted', 'cancelled'] as const;
const MOST_WEBHOOKS = 100;
/** Deliveries a second. */
const HIGHEST_RATE = 10_000;
const LOWEST_RATE = 0.01;

/** What a job is to do, by its `kind`, and at which `rate`. */
export function readJob(body: JsonMembers): { request: JobRequest; rate?: number } {
  const kind = body.oneOf('kind', KINDS);
  return { request: READ[kind](body), ...readRate(body) };
}

const READ: Record<(typeof KINDS)[number], (body: JsonMembers) => JobRequest> = {
  resend: readResend,
  replay: readReplay,
  backfill: readBackfill,
};

/** What a webhook has not got of the events since a moment. */
function readBackfill(body: JsonMembers): JobRequest {
  body.only('kind', 'webhook_id', 'start_from', 'rate');
  return { kind: 'backfill', webhookId: body.string('webhook_id'), startFrom: readStartFrom(body) };
}

/** What the webhooks match of the events that were accepted from one moment to another, or until now. */
function readReplay(body: JsonMembers): JobRequest {
  body.only('kind', 'webhook_ids', 'from', 'to', 'as', 'rate');
  return {
    kind: 'replay',
    webhookIds: readWebhookIds(body),
    from: readRequiredMoment(body, 'from'),
    to: body.has('to') ? readRequiredMoment(body, 'to') : null,
    as: body.oneOf('as', AS),
  };
}

/** One delivery, or those of the webhooks that failed since a moment. */
function readResend(body: JsonMembers): JobRequest {
  const kind = 'resend';
  if (body.has('delivery_id')) {
    body.only('kind', 'delivery_id', 'rate');
    return { kind, deliveryId: body.string('delivery_id') };
  }
  body.only('kind', 'webhook_ids', 'states', 'since', 'rate');
  return { kind, webhookIds: readWebhookIds(body), states: readStates(body), since: readRequiredMoment(body, 'since') };
}

function readWebhookIds(body: JsonMembers): string[] {
  const ids = body.optionalStrings('webhook_ids');
  if (ids === null) throw body.fault('webhook_ids', 'is required and missing');
  if (ids.length >= 1 && ids.length <= MOST_WEBHOOKS) return ids;
  throw body.fault('webhook_ids', `must have from 1 to ${MOST_WEBHOOKS} elements`);
}

function readStates(body: JsonMembers): (typeof STATES)[number][] {
  const states = body.optionalStrings('states') ?? ['exhausted'];
  if (states.length === 0) throw body.fault('states', `must have at least one of ${STATES.join(', ')}`);
  return states.map((state, index) => {
    const known = STATES.find((each) => each === state);
    if (known !== undefined) return known;
    throw body.fault(`states.${index}`, `must be one of ${STATES.join(', ')}`);
  });
}

function readRequiredMoment(body: JsonMembers, name: string): string {
  const moment = readMoment(body.string(name));
  if (moment === null) throw body.fault(name, MOMENT_WANTED);
  return moment;
}

function readRate(body: JsonMembers): { rate?: number } {
  const rate = body.optionalNumber('rate');
  if (rate === null) return {};
  if (rate >= LOWEST_RATE && rate <= HIGHEST_RATE) return { rate };
  throw body.fault('rate', `must be from ${LOWEST_RATE} to ${HIGHEST_RATE} deliveries a second`);
}
