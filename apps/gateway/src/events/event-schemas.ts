import { DeliveryState } from '@sluice/contracts/delivery-commands';
import { z } from 'zod';
import { ShownAttempt } from '../manage/delivery-schemas.js';

/** What is read of it, and how, is `read-structured` to say. */
export const CloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string().meta({ description: 'With `id` it is what the event is known by.' }),
    type: z.string().meta({ description: "A type of the account's catalogue." }),
    subject: z.string().nullish().meta({ description: 'Events of one subject keep their order.' }),
    time: z.iso.datetime({ offset: true }).nullish(),
    datacontenttype: z.string().nullish(),
    data: z.unknown().optional(),
    data_base64: z.string().nullish(),
  })
  .meta({
    id: 'CloudEvent',
    description: 'CloudEvents 1.0 in structured mode.',
    examples: [
      {
        specversion: '1.0',
        id: '1',
        source: '/example',
        type: 'follow.created',
        data: {
          id: '000000020c162a7ffcaf089ae12f3e53372302cde3c95cf6bab7b3244df5daa6',
          dappName: 'farcaster',
          dappSlug: 'farcaster_v3_optimism',
          eventTimestamp: '2024-05-11T08:43:50.531Z',
          followerProfileId: '3761',
          followingProfileId: '326089',
          followerSince: '2024-02-09T07:37:59Z',
        },
      },
    ],
  });

const accepted = { source: z.string(), id: z.string(), accepted_at: z.iso.datetime() };
const errors = z.array(z.object({ path: z.string(), message: z.string() }));

export const Accepted = z.object(accepted).meta({
  id: 'AcceptedEvent',
  examples: [{ source: '/example', id: '1', accepted_at: '2026-03-01T12:00:00.000Z' }],
});

export const BatchReport = z
  .object({
    accepted: z.int(),
    refused: z.int(),
    known_types: z.array(z.string()).optional(),
    results: z.array(
      z.union([
        z.object({ index: z.int(), accepted: z.literal(true), ...accepted }),
        z.object({
          index: z.int(),
          accepted: z.literal(false),
          source: z.string().optional(),
          id: z.string().optional(),
          status: z.int(),
          message: z.string(),
          errors,
        }),
      ]),
    ),
  })
  .meta({
    id: 'BatchReport',
    examples: [
      {
        accepted: 1,
        refused: 0,
        results: [{ index: 0, accepted: true, source: '/example', id: '1', accepted_at: '2026-03-01T12:00:00.000Z' }],
      },
    ],
  });

export const Trail = z
  .object({
    source: z.string(),
    id: z.string(),
    type: z.string(),
    accepted_at: z.iso.datetime(),
    partition: z.int(),
    position: z.string(),
    matched: z.int().meta({
      description:
        'All webhooks that matched: for who published it, also those of other accounts; for others, their own alone.',
    }),
    deliveries: z.array(
      z.object({
        id: z.string(),
        webhook_id: z.string(),
        state: DeliveryState,
        next_attempt_at: z.iso.datetime().nullable(),
        attempts: z.array(ShownAttempt),
      }),
    ),
    payloads: z
      .array(z.object({ webhook_id: z.string(), numbers: z.array(z.int()) }))
      .meta({ description: "Which numbers it has in the lists of the base's webhooks." }),
    unmatched: z
      .array(z.object({ webhook_id: z.string(), reason: z.string() }))
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
