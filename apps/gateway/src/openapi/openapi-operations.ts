import { z } from 'zod';
import { defineOperation } from '../operations/operation.js';

export const getOpenapi = defineOperation({
  id: 'getOpenapi',
  tag: 'Service',
  summary: 'This document',
  description: 'OpenAPI 3.1, made from the schemas that requests are checked by.',
  access: 'anyone',
  responses: {
    200: {
      description: 'The document.',
      schema: z.looseObject({ openapi: z.string().meta({ description: 'The version of OpenAPI.' }) }),
    },
  },
});

export const getDocs = defineOperation({
  id: 'getDocs',
  tag: 'Service',
  summary: 'This document as a page',
  access: 'anyone',
  responses: { 200: { description: 'The page.', content: { 'text/html': z.string() } } },
});

export const getDocsStyle = defineOperation({
  id: 'getDocsStyle',
  tag: 'Service',
  summary: 'The style of the page',
  access: 'anyone',
  responses: { 200: { description: 'The style.', content: { 'text/css': z.string() } } },
});
