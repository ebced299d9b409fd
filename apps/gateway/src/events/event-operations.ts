import { z } from 'zod';
import { defineOperation } from '../operations/operation.js';
import { Accepted, BatchReport, CloudEvent } from './event-schemas.js';

const text = z.string();

export const publishEvents = defineOperation({
  id: 'publishEvents',
  tag: 'Events',
  summary: 'Publish an event, or a batch',
  description: [
    'CloudEvents 1.0 in the three modes of its HTTP binding. Answered when the stream has stored the events.',
    'Structured mode: one JSON object. Binary mode: any other content type, attributes as `ce-…` headers, the body is the data. Batch mode: a JSON array of structured events.',
    'An event has at most 1 MiB, a batch 5 MiB and 10,000 events.',
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
  refusals: {
    413: 'An event is larger than 1 MiB, or a batch larger than 5 MiB.',
    422: 'A type, or an account, that is not known; `known_types` has those that are.',
  },
});
