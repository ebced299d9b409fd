import { z } from 'zod';
import { defineOperation } from '../operations/operation.js';

export const getSignpost = defineOperation({
  id: 'getSignpost',
  tag: 'Service',
  summary: 'What there is here',
  access: 'anyone',
  responses: {
    200: {
      description: 'Where to go on.',
      schema: z.looseObject({
        name: z.string().meta({ description: 'Of the service.' }),
        what: z.string().meta({ description: 'What it does.' }),
      }),
    },
  },
});

export const getLiveness = defineOperation({
  id: 'getLiveness',
  tag: 'Service',
  summary: 'Whether the service is alive',
  access: 'anyone',
  responses: {
    200: { description: 'It is.', schema: z.object({ live: z.literal(true).meta({ description: 'It is.' }) }) },
  },
});

export const getReadiness = defineOperation({
  id: 'getReadiness',
  tag: 'Service',
  summary: 'Whether the service is able to work',
  access: 'anyone',
  responses: {
    200: { description: 'It is.', schema: z.object({ ready: z.literal(true).meta({ description: 'It is.' }) }) },
    503: {
      description: 'It is not; `problems` say why.',
      schema: z.object({
        ready: z.literal(false).meta({ description: 'It is not.' }),
        problems: z.array(z.string()).meta({ description: 'Why it is not.' }),
      }),
      headers: { 'Retry-After': { description: 'Seconds to wait.', schema: z.int() } },
    },
  },
});
