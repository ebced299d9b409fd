import { z } from 'zod';
import { acceptedAt, eventIdentity } from '../operations/event-members.js';

/** What is read of it, and how, is `read-structured` to say. */
export const CloudEvent = z
  .looseObject({
    specversion: z.literal('1.0').meta({ description: 'The version of CloudEvents.' }),
    id: z.string().meta({ description: 'Unique among the events of its source: the same twice is one event.' }),
    source: z.string().meta({ description: 'With `id` it is what the event is known by.' }),
    type: z.string().meta({ description: "A type of the account's catalogue." }),
    subject: z.string().nullish().meta({ description: 'Events of one subject keep their order.' }),
    time: z.iso.datetime({ offset: true }).nullish().meta({ description: 'When it happened.' }),
    datacontenttype: z
      .string()
      .nullish()
      .meta({ description: 'The media type of the data; `application/json` if nothing is said.' }),
    data: z.unknown().optional().meta({ description: 'What is delivered, byte for byte as it was sent.' }),
    data_base64: z
      .string()
      .nullish()
      .meta({ description: 'The data in base64, of bytes that are no JSON; instead of `data`.' }),
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

const accepted = { ...eventIdentity, accepted_at: acceptedAt };
const errors = z
  .array(
    z.object({
      path: z.string().meta({ description: 'Of the member that is wrong: `data.userId`.' }),
      message: z.string().meta({ description: 'What is wrong with it.' }),
    }),
  )
  .meta({ description: 'All that is wrong with the event.' });
const index = z.int().meta({ description: 'Which event of the batch, from 0.' });

export const Accepted = z.object(accepted).meta({
  id: 'AcceptedEvent',
  examples: [{ source: '/example', id: '1', accepted_at: '2026-03-01T12:00:00.000Z' }],
});

export const BatchReport = z
  .object({
    accepted: z.int().meta({ description: 'How many of the events are stored.' }),
    refused: z.int().meta({ description: 'How many are not.' }),
    known_types: z
      .array(z.string())
      .optional()
      .meta({ description: 'The types of the account, where one was not known.' }),
    results: z
      .array(
        z.union([
          z.object({ index, accepted: z.literal(true).meta({ description: 'It is stored.' }), ...accepted }),
          z.object({
            index,
            accepted: z.literal(false).meta({ description: 'It is not stored.' }),
            source: eventIdentity.source.optional(),
            id: eventIdentity.id.optional(),
            status: z.int().meta({ description: 'What the event alone would have been answered with.' }),
            message: z.string().meta({ description: 'What is wrong, for people.' }),
            errors,
          }),
        ]),
      )
      .meta({ description: 'One for each event, in the order of the batch.' }),
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
