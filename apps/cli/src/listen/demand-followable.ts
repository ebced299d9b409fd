import type { ApiAnswer, ApiClient } from '../api/api-client.js';
import { Refusal } from '../api/refusal.js';
import { misused } from '../failure/command-failure.js';
import { plain } from '../terminal/plain.js';
import { remark } from '../terminal/show.js';

/** What Sluice tells of webhooks (docs/operational-events.md) is delivered, but nobody can follow it. */
const OPERATIONAL = /^(webhook|delivery)\./;

/**
 * Whoever follows what can't come would wait without a word.
 *
 * @throws {CommandFailure} when the account has no such event type, or nobody can follow it.
 */
export async function demandEventType(api: ApiClient, name: string, signal: AbortSignal): Promise<void> {
  if (OPERATIONAL.test(name)) throw misused(`--event-type: events ${plain(name)} of Sluice's own can't be followed`);
  const found = await known(api.ask('GET', `/v1/event-types/${encodeURIComponent(name)}`, { signal }));
  if (found === null) {
    throw misused(`--event-type: the catalogue has no ${plain(name)}; sluice event-types list shows what it has`);
  }
}

/**
 * The same of a webhook; of one that gets nothing for now people are told so.
 *
 * @throws {CommandFailure} when the account has no such webhook, or it gets events of another type.
 */
export async function demandWebhook(
  api: ApiClient,
  id: string,
  eventType: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const found = await known(api.ask('GET', `/v1/webhooks/${encodeURIComponent(id)}`, { signal }));
  if (found === null) throw misused(`--webhook: there is no ${plain(id)}; sluice webhooks list shows what there is`);
  const { event_type: own, state } = found.body as { event_type: string | null; state: string };
  if (own !== null && eventType !== undefined && own !== eventType) {
    throw misused(`--event-type: webhook ${plain(id)} gets ${plain(own)} alone`);
  }
  if (state === 'disabled') remark(`The webhook is disabled and gets nothing: sluice webhooks enable ${plain(id)}`);
}

/** An account without webhooks has no deliveries: people are told how to make one. */
export async function remarkIfNoWebhooks(api: ApiClient, signal: AbortSignal): Promise<void> {
  const { body } = await api.ask('GET', '/v1/webhooks', { query: { limit: 1 }, signal });
  if ((body.webhooks as unknown[]).length === 0) {
    remark('There are no webhooks yet, so nothing is delivered: sluice webhooks create --help');
  }
}

async function known(asked: Promise<ApiAnswer>): Promise<ApiAnswer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}
