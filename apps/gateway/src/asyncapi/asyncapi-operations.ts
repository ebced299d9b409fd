import { z } from 'zod';
import { defineOperation } from '../operations/operation.js';

export const ASYNCAPI_TYPE = 'application/vnd.aai.asyncapi+json;version=3.0.0';

export const getAsyncapi = defineOperation({
  id: 'getAsyncapi',
  tag: 'Service',
  summary: 'What is on the topics of Kafka',
  description: 'AsyncAPI 3.0.',
  access: 'anyone',
  responses: {
    200: {
      description: 'The document.',
      content: {
        [ASYNCAPI_TYPE]: z.looseObject({ asyncapi: z.string().meta({ description: 'The version of AsyncAPI.' }) }),
      },
    },
  },
});
