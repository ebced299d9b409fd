import { z } from 'zod';

/**
 * What Sluice tells of an account's own webhooks, to those of its webhooks that subscribe to it (docs/operational-events.md).
 * Members are only ever added. Each type has its event's data and an example of it.
 */

/** Which webhook it is about, as it was when this was told; `event_type` and `endpoint` are null if it was deleted by then. */
const about = { webhook_id: z.string(), event_type: z.string().nullable(), endpoint: z.string().nullable() };

const example = {
  webhook_id: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  event_type: 'follow.created',
  endpoint: 'https://example.com/hooks/follows',
};

/** `reason` says by what: the endpoint's 410, days of failures, or somebody's hand. */
const WebhookDisabled = z.looseObject({ ...about, disabled_at: z.iso.datetime(), reason: z.string().nullable() });

/** No attempt has succeeded since `failing_since`, when the first of `failed_attempts` failed. */
const WebhookFailing = z.looseObject({
  ...about,
  failing_since: z.iso.datetime(),
  last_failed_at: z.iso.datetime(),
  failed_attempts: z.int().positive(),
});

/** The first success after `webhook.failing` was told. */
const WebhookRecovered = z.looseObject({ ...about, failing_since: z.iso.datetime(), recovered_at: z.iso.datetime() });

/** No attempt of this delivery succeeded, and none will follow. `event` is null when nothing is known of it any more. */
const DeliveryExhausted = z.looseObject({
  ...about,
  delivery_id: z.string(),
  event: z
    .looseObject({ source: z.string(), id: z.string(), type: z.string(), accepted_at: z.iso.datetime() })
    .nullable(),
  attempts: z.int().nonnegative(),
  /** How the last attempt failed; null when the delivery ended without one. */
  last_error: z.string().nullable(),
  reason: z.string().nullable(),
});

export const operationalEvents = {
  'webhook.disabled': {
    description: 'A webhook was disabled: nothing is sent to it any more.',
    data: WebhookDisabled,
    example: { ...example, disabled_at: '2026-03-06T12:00:04.120Z', reason: 'the endpoint answered 410 Gone' },
  },
  'webhook.failing': {
    description: "A webhook's attempts have all failed for at least twenty minutes.",
    data: WebhookFailing,
    example: {
      ...example,
      failing_since: '2026-03-01T12:00:01.250Z',
      last_failed_at: '2026-03-01T12:35:12.031Z',
      failed_attempts: 4,
    },
  },
  'webhook.recovered': {
    description: 'An attempt succeeded at a webhook that was told to be failing.',
    data: WebhookRecovered,
    example: {
      ...example,
      failing_since: '2026-03-01T12:00:01.250Z',
      recovered_at: '2026-03-01T14:40:20.700Z',
    },
  },
  'delivery.exhausted': {
    description: 'A delivery was given up: no attempt succeeded, and none will follow.',
    data: DeliveryExhausted,
    example: {
      ...example,
      delivery_id: 'msg_6VvQmB3tXc0pRz1kN8uYh2eWj5sLfAoD',
      event: {
        source: '/example',
        id: '1',
        type: 'follow.created',
        accepted_at: '2026-03-01T12:00:00.000Z',
      },
      attempts: 10,
      last_error: 'HTTP 500',
      reason: '10 attempts failed',
    },
  },
} as const satisfies Record<string, { description: string; data: z.ZodType; example: unknown }>;

export type OperationalType = keyof typeof operationalEvents;

/** The data of an event of the type. */
export type OperationalData<T extends OperationalType> = z.infer<(typeof operationalEvents)[T]['data']>;

/** Whether the type is one that Sluice itself tells of webhooks; producers can't publish these. */
export const isOperationalType = (type: string): type is OperationalType => Object.hasOwn(operationalEvents, type);
