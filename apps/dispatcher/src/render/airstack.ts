import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { sign } from '@sluice/signatures/sign';
import { conclude } from '../deliver/conclusion.js';
import { retryAfterMs } from '../deliver/retry-after.js';
import type { EventDelivery } from '../model/delivery.js';
import { afterFailure } from '../schedule/retry-policy.js';
import { unsignedHeaders } from './airstack-headers.js';
import type { Dialect } from './dialect.js';
import { secretsAt } from './signing-secrets.js';

/**
 * Contract airstack, "What a delivery looks like": the event's data itself, the static header, CloudEvents in headers. The
 * answers are judged by the general policy (docs/architecture.md section 5).
 */
export const airstack: Dialect<EventDelivery, FilterWebhook> = {
  deadlineMs: 20_000,

  render({ id, event }, webhook, nowMs) {
    const headers = unsignedHeaders(event, webhook.headers);
    const body = event.data;
    const timestampSeconds = Math.floor(nowMs / 1_000);
    const signature = sign({ id, timestampSeconds, body, secrets: secretsAt(webhook, nowMs) });
    headers.push('webhook-id', id, 'webhook-timestamp', String(timestampSeconds), 'webhook-signature', signature);
    return { headers, body };
  },

  judge(delivery, webhook, result, nowMs) {
    const conclusion = conclude(result);
    const askedMs = retryAfterMs(result.retryAfter, nowMs);
    if (conclusion === 'delivered') return { conclusion, askedMs, verdict: { state: 'delivered' } };
    const schedule = webhook?.retrySchedule ?? null;
    const attempt = delivery.attempt - (delivery.run?.firstAttempt ?? 1) + 1;
    const failed = { schedule, attempt };
    if (conclusion !== 'gone') {
      return { conclusion, askedMs, verdict: afterFailure({ ...failed, retryAfterMs: askedMs }, Math.random) };
    }
    const otherwise = afterFailure({ ...failed, retryAfterMs: null }, Math.random);
    return {
      conclusion,
      askedMs,
      verdict: { state: 'exhausted', reason: 'gone: the endpoint answered 410' },
      turnOff: { command: 'disableWebhook', reason: 'the endpoint answered 410 Gone', otherwise },
    };
  },
};
