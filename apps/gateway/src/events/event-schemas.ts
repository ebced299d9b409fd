import { z } from 'zod';

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
