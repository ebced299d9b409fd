import { DeliveryState } from '@sluice/contracts/delivery-commands';
import { z } from 'zod';
import { eventMembers } from '../../operations/event-members.js';

export const webhookId = z.string().meta({ description: 'The webhook.' });
export const deliveryState = DeliveryState.meta({
  description:
    '`exhausted`: no attempt succeeded, and none will follow; `cancelled`: its webhook was deleted or disabled.',
});
export const nextAttemptAt = z.iso.datetime().nullable().meta({
  description:
    'The earliest moment of the next attempt; null when there is none, it is under way, or waits behind another of its subject.',
});

export const ShownAttempt = z
  .object({
    number: z.int().meta({ description: 'From 1.' }),
    at: z.iso.datetime().meta({ description: 'When it began.' }),
    status: z.int().nullable().meta({ description: 'Null when there was no answer.' }),
    error: z.string().nullable().meta({ description: 'Why there was no answer, or why what came is none.' }),
    latency_ms: z.number().meta({ description: 'How long it took, in milliseconds.' }),
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

export const attempts = z.array(ShownAttempt).meta({ description: 'In their order.' });

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
    webhook_id: webhookId,
    event: z
      .object(eventMembers)
      .nullable()
      .meta({ description: 'The event that is delivered; null when nothing is known of it any more.' }),
    state: deliveryState,
    reason: z.string().nullable().meta({ description: 'Why it ended so, or why its last attempt failed.' }),
    attempts_made: z.int().meta({ description: 'How many attempts have ended.' }),
    last_status: z
      .int()
      .nullable()
      .meta({ description: 'What the last attempt was answered; null without an answer.' }),
    next_attempt_at: nextAttemptAt,
    ended_at: z.iso.datetime().nullable().meta({ description: 'When it ended; null while it is pending.' }),
  })
  .meta({ id: 'Delivery', examples: [DELIVERY] });
export type ShownDelivery = z.input<typeof ShownDelivery>;

export const WholeDelivery = ShownDelivery.extend({
  next: z
    .object({
      at: z.iso.datetime().nullable().meta({ description: 'Null where nobody knows the moment.' }),
      because: z.string().meta({ description: 'A sentence for people.' }),
    })
    .nullable()
    .meta({ description: 'When the next attempt comes, and why.' }),
  request: z
    .object({
      method: z.literal('POST').meta({ description: 'Always.' }),
      url: z
        .string()
        .nullable()
        .meta({ description: 'The endpoint that the webhook has now; null when the webhook is gone.' }),
      headers: z
        .record(z.string(), z.string())
        .meta({ description: 'Values that are secret, or made for each attempt, as `•••`.' }),
      body: z.string().nullable().meta({ description: 'Null when it is no longer kept.' }),
      body_encoding: z
        .enum(['utf8', 'base64'])
        .nullable()
        .meta({ description: '`base64` where the bytes are no UTF-8; null without a body.' }),
      body_bytes: z.int().nullable().meta({ description: 'The size of the body; null when it is not known.' }),
    })
    .nullable()
    .meta({ description: 'What is sent; values that are secret are left out.' }),
  attempts,
}).meta({ id: 'WholeDelivery', examples: [{ ...DELIVERY, next: null, request: null, attempts: [] }] });
export type WholeDelivery = z.input<typeof WholeDelivery>;
