import { z } from 'zod';
import { eventMembers } from '../../operations/event-members.js';
import { attempts, deliveryState, nextAttemptAt, webhookId } from '../deliveries/delivery-schemas.js';

/** What became of an event. */
export const Trail = z
  .object({
    ...eventMembers,
    partition: z.int().meta({ description: 'Of the stream.' }),
    position: z.string().meta({ description: 'Where in the partition the event lies.' }),
    matched: z.int().meta({
      description:
        'All webhooks that matched: for who published it, also those of other accounts; for others, their own alone.',
    }),
    deliveries: z
      .array(
        z.object({
          id: z.string().meta({ description: 'The `webhook-id` that the endpoint saw.' }),
          webhook_id: webhookId,
          state: deliveryState,
          next_attempt_at: nextAttemptAt,
          attempts,
        }),
      )
      .meta({ description: 'To the webhooks of the account that asks.' }),
    payloads: z
      .array(
        z.object({
          webhook_id: webhookId,
          numbers: z.array(z.int()).meta({ description: 'Of payloads in its list.' }),
        }),
      )
      .meta({ description: "Which numbers it has in the lists of the base's webhooks." }),
    unmatched: z
      .array(
        z.object({ webhook_id: webhookId, reason: z.string().meta({ description: 'Why it did not get the event.' }) }),
      )
      .meta({ description: 'Webhooks of this type that did not get it, each with its reason: up to 200.' }),
    unmatched_more: z.boolean().meta({ description: 'Whether there are more of these.' }),
  })
  .meta({
    id: 'Trail',
    examples: [
      {
        source: '/example',
        id: '1',
        type: 'follow.created',
        accepted_at: '2026-03-01T12:00:00.000Z',
        partition: 3,
        position: '41',
        matched: 0,
        deliveries: [],
        payloads: [],
        unmatched: [
          { webhook_id: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E', reason: 'followerProfileId $eq 602: the event has "3761"' },
        ],
        unmatched_more: false,
      },
    ],
  });
export type Trail = z.input<typeof Trail>;
