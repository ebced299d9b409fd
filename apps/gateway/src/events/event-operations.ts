import { z } from 'zod';
import { limitUpTo } from '../manage/page.js';
import { defineOperation } from '../operations/operation.js';
import { filled } from '../operations/texts.js';
import { Accepted, BatchReport, CloudEvent, Trail } from './event-schemas.js';

const text = z.string();
const named = z.strictObject({
  source: filled.meta({ description: 'The `source` of the event, percent-encoded.' }),
  id: filled.meta({ description: 'The `id` of the event, percent-encoded.' }),
});
const MOST_RECENT = 100;

export const publishEvents = defineOperation({
  id: 'publishEvents',
  tag: 'Events',
  summary: 'Publish an event, or a batch',
  description: [
    'CloudEvents 1.0 in the three modes of its HTTP binding. Answered when the stream has stored the events.',
    'Structured mode: one JSON object. Binary mode: any other content type, attributes as `ce-…` headers, the body is the data. Batch mode: a JSON array of structured events.',
    'What is in `data` is delivered byte for byte as it was sent. The same `source` and `id` twice is one event.',
  ].join('\n\n'),
  access: 'publish',
  headers: {
    'Sluice-Audience': {
      description:
        'For whom the events are: `own`, `all` or `account/<id>`. Anything but `own` demands a key with audience `any`.',
      schema: text,
    },
    'ce-specversion': { description: 'Binary mode: `1.0`.', schema: text },
    'ce-id': { description: 'Binary mode: the id.', schema: text },
    'ce-source': { description: 'Binary mode: the source.', schema: text },
    'ce-type': { description: 'Binary mode: the type.', schema: text },
    'ce-subject': { description: 'Binary mode: the subject.', schema: text },
    'ce-time': { description: 'Binary mode: when it happened.', schema: text },
  },
  rawBody: {
    'application/cloudevents+json': CloudEvent,
    'application/cloudevents-batch+json': z.array(CloudEvent),
    'application/json': z.unknown().meta({ description: 'Binary mode: the data.' }),
  },
  responses: {
    202: { description: 'All of it is stored.', schema: z.union([Accepted, BatchReport]) },
    207: { description: 'Some of a batch is stored.', schema: BatchReport },
  },
  refusals: { 422: 'A type, or an account, that is not known; `known_types` has those that are.' },
});

export const getTrail = defineOperation({
  id: 'getTrail',
  tag: 'Events',
  summary: 'Get what became of an event',
  description:
    'With `source` of the one event, without it of all events of that id. What was accepted a moment ago is waited for, up to a second.',
  access: 'read',
  query: z.strictObject({
    source: filled.optional().meta({ description: 'Percent-encoded.' }),
    id: filled.meta({ description: 'Percent-encoded.' }),
  }),
  responses: {
    200: {
      description: 'The trail, or the list of them.',
      schema: z.union([Trail, z.object({ events: z.array(Trail), more: z.boolean() })]),
    },
  },
  refusals: { 404: 'Nothing is known of the event.' },
});

export const listRecentEvents = defineOperation({
  id: 'listRecentEvents',
  tag: 'Events',
  summary: 'List recent events',
  description: "The newest of a type, or of all of the account's types, the newest first.",
  access: 'read',
  query: z.strictObject({
    event_type: filled.optional().meta({ description: 'Those of this type alone.' }),
    limit: limitUpTo(MOST_RECENT, MOST_RECENT),
  }),
  responses: {
    200: {
      description: 'The events.',
      schema: z.object({
        events: z.array(
          z.object({
            source: z.string(),
            id: z.string(),
            type: z.string(),
            accepted_at: z.iso.datetime(),
            data: z.string().nullable().meta({ description: 'As it was published; null where it is not kept.' }),
          }),
        ),
      }),
    },
  },
});

export const getEventData = defineOperation({
  id: 'getEventData',
  tag: 'Events',
  summary: 'Get an event with its data',
  description: 'As long as the data is kept.',
  access: 'read',
  query: named,
  responses: {
    200: {
      description: 'The event.',
      schema: z.object({
        source: z.string(),
        id: z.string(),
        type: z.string(),
        accepted_at: z.iso.datetime(),
        data: z.string(),
        data_encoding: z.enum(['utf8', 'base64']),
      }),
    },
  },
  refusals: { 404: 'Nothing is known of the event, or its data is no longer kept.' },
});
