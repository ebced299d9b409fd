import type { BaseWebhook } from '@sluice/contracts/webhook-feed';
import { contentMac } from '@sluice/signatures/content-mac';
import type { Ping } from '../model/delivery.js';
import { pingRetryMs } from '../schedule/ping-retries.js';
import type { Consequence, Dialect } from './dialect.js';
import { USER_AGENT } from './user-agent.js';

/** No other status counts, be it 2xx. */
const SUCCESS = new Set([200, 204]);
/** When the registry can't turn notifications off after the last retry, that one is repeated after so long. */
const NOT_TURNED_OFF_MS = 60_000;

/**
 * Contract airtable section 3: word that there is something to read, in a body of fixed form. It has rules of its own for
 * what a success is, for retries, and for giving up; nothing that the endpoint answers asks for time or ends the webhook.
 */
export const airtable: Dialect<Ping, BaseWebhook> = {
  deadlineMs: 25_000,

  render(_ping, { id, baseId, macSecretBase64 }, nowMs) {
    // Compact, in this order, and ASCII, as ids are: receivers write it anew before they check the MAC.
    const text = JSON.stringify({ base: { id: baseId }, webhook: { id }, timestamp: new Date(nowMs).toISOString() });
    const body = Buffer.from(text, 'ascii');
    const headers = ['content-type', 'application/json', 'user-agent', USER_AGENT];
    headers.push('X-Airtable-Content-MAC', contentMac(body, macSecretBase64));
    return { headers, body };
  },

  judge({ attempt }, _webhook, { status, error }): Consequence {
    if (error === null && status !== null && SUCCESS.has(status)) {
      return { conclusion: 'delivered', askedMs: null, verdict: { state: 'delivered' } };
    }
    const dueInMs = pingRetryMs(attempt, Math.random);
    if (dueInMs !== null) return { conclusion: 'failed', askedMs: null, verdict: { state: 'pending', dueInMs } };
    const reason = 'every retry of a notification failed';
    return {
      conclusion: 'failed',
      askedMs: null,
      verdict: { state: 'exhausted', reason },
      turnOff: { command: 'disableNotifications', reason, otherwise: { state: 'pending', dueInMs: NOT_TURNED_OFF_MS } },
    };
  },
};
