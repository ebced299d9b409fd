import { z } from 'zod';
import { defineOperation } from '../operations/operation.js';

export const getSignpost = defineOperation({
  id: 'getSignpost',
  tag: 'Service',
  summary: 'What there is here',
  access: 'anyone',
  responses: { 200: { description: 'Where to go on.', schema: z.looseObject({ name: z.string(), what: z.string() }) } },
});

export const getLiveness = defineOperation({
  id: 'getLiveness',
  tag: 'Service',
  summary: 'Whether the service is alive',
  access: 'anyone',
  responses: { 200: { description: 'It is.', schema: z.object({ live: z.literal(true) }) } },
});

export const getReadiness = defineOperation({
  id: 'getReadiness',
  tag: 'Service',
  summary: 'Whether the service is able to work',
  access: 'anyone',
  responses: {
    200: { description: 'It is.', schema: z.object({ ready: z.literal(true) }) },
    503: {
      description: 'It is not; `problems` say why.',
      schema: z.object({ ready: z.literal(false), problems: z.array(z.string()) }),
      headers: { 'Retry-After': { description: 'Seconds to wait.', schema: z.int() } },
    },
  },
});
