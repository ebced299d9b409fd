import { DeliveryState } from '@sluice/contracts/delivery-commands';
import { z } from 'zod';

export const ShownAttempt = z
  .object({
    number: z.int(),
    at: z.iso.datetime(),
    status: z.int().nullable().meta({ description: 'Null when there was no answer.' }),
    error: z.string().nullable().meta({ description: 'Why there was no answer.' }),
    latency_ms: z.number(),
    response_headers: z.record(z.string(), z.string()).nullable().meta({
      description:
        'Up to 1 KiB of them, values that may be secret as `•••`. Null of an attempt that succeeded, or had no answer.',
    }),
    response_excerpt: z.string().meta({ description: 'The first 1,024 bytes of the body.' }),
  })
  .meta({
    id: 'Attempt',
    examples: [
      {
        number: 1,
        at: '2026-03-01T12:00:00.021Z',
        status: 500,
        error: null,
        latency_ms: 12.5,
        response_headers: { 'content-type': 'text/plain', server: 'nginx' },
        response_excerpt: 'try again',
      },
    ],
  });
export type ShownAttempt = z.input<typeof ShownAttempt>;

const DELIVERY = {
  id: 'msg_YJA1kmb1NxysC3hPZjE_OsujSit6eX2Q',
  webhook_id: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  event: { source: '/example', id: '1', type: 'follow.created', accepted_at: '2026-03-01T12:00:00.000Z' },
  state: 'exhausted',
  reason: '10 attempts failed',
  attempts_made: 10,
  last_status: 500,
  next_attempt_at: null,
  ended_at: '2026-03-04T18:12:44.203Z',
};

export const ShownDelivery = z
  .object({
    id: z.string().meta({ description: 'The `webhook-id` that the endpoint saw.' }),
    webhook_id: z.string(),
    event: z.object({ source: z.string(), id: z.string(), type: z.string(), accepted_at: z.iso.datetime() }).nullable(),
    state: DeliveryState,
    reason: z.string().nullable().meta({ description: 'Why it ended so, or why its last attempt failed.' }),
    attempts_made: z.int(),
    last_status: z.int().nullable(),
    next_attempt_at: z.iso.datetime().nullable(),
    ended_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Delivery', examples: [DELIVERY] });
export type ShownDelivery = z.input<typeof ShownDelivery>;

export const WholeDelivery = ShownDelivery.extend({
  next: z
    .object({ at: z.iso.datetime().nullable(), because: z.string() })
    .nullable()
    .meta({ description: 'When the next attempt comes, and why.' }),
  request: z
    .object({
      method: z.literal('POST'),
      url: z.string().nullable(),
      headers: z.record(z.string(), z.string()),
      body: z.string().nullable().meta({ description: 'Null when it is no longer kept.' }),
      body_encoding: z.enum(['utf8', 'base64']).nullable(),
      body_bytes: z.int().nullable(),
    })
    .nullable()
    .meta({ description: 'What is sent; values that are secret are left out.' }),
  attempts: z.array(ShownAttempt),
}).meta({ id: 'WholeDelivery', examples: [{ ...DELIVERY, next: null, request: null, attempts: [] }] });
export type WholeDelivery = z.input<typeof WholeDelivery>;
