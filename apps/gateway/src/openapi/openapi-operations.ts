import { z } from 'zod';
import { defineOperation } from '../operations/operation.js';

export const getOpenapi = defineOperation({
  id: 'getOpenapi',
  tag: 'Service',
  summary: 'This document',
  description: 'OpenAPI 3.1, made from the schemas that requests are checked by.',
  access: 'anyone',
  responses: { 200: { description: 'The document.', schema: z.looseObject({ openapi: z.string() }) } },
});
