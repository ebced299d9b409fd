import { WebhookSummary } from '@sluice/contracts/registry-commands';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { cursor, limit, nextCursor } from '../../operations/page.js';
import { ended } from '../../operations/texts.js';
import { CHANGED, ETAG, IF_MATCH, IF_NONE_MATCH, UNCHANGED } from '../../server/conditions.js';
import { CreatedWebhook, NewWebhook, ShownWebhook, WebhookChange } from './webhook-schemas.js';

/** An id of either dialect. */
const WEBHOOK_ID = /^([0-9A-Z]{26}|ach[0-9A-Za-z]{14})$/;
const LONGEST_SEARCH = 200;
const SEARCH_WANTED = { error: `must be a text of at most ${LONGEST_SEARCH} characters` };

const ofOne = {
  params: z.object({ id: z.string().meta({ description: 'The webhook.' }) }),
  refusals: { 404: 'There is no such webhook.' },
};
const ITS_OWN_API = "It is a webhook on a base's changes: those have their own API.";

export const listWebhooks = defineOperation({
  id: 'listWebhooks',
  tag: 'Webhooks',
  summary: 'List webhooks',
  description: 'Of both dialects, the newest first.',
  access: 'read',
  query: z.strictObject({
    limit,
    cursor: cursor(WEBHOOK_ID),
    search: z
      .string(SEARCH_WANTED)
      .max(LONGEST_SEARCH, SEARCH_WANTED)
      .optional()
      .meta({ description: 'A text that something of the webhook has in it.' }),
    state: WebhookSummary.shape.state.optional().meta({ description: 'Those in this state alone.' }),
  }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        webhooks: z.array(ShownWebhook).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const createWebhook = defineOperation({
  id: 'createWebhook',
  tag: 'Webhooks',
  summary: 'Create a webhook',
  description:
    'With `start_from` it also gets what was accepted from then on until it was created. The answer has the secrets that its deliveries carry.',
  access: 'subscribe',
  body: NewWebhook,
  responses: { 201: { description: 'The webhook.', schema: CreatedWebhook } },
});

export const getWebhook = defineOperation({
  id: 'getWebhook',
  tag: 'Webhooks',
  summary: 'Get a webhook',
  access: 'read',
  ...ofOne,
  headers: IF_NONE_MATCH,
  responses: { 200: { description: 'The webhook.', schema: ShownWebhook, headers: ETAG }, ...UNCHANGED },
});

export const updateWebhook = defineOperation({
  id: 'updateWebhook',
  tag: 'Webhooks',
  summary: 'Change a webhook',
  description:
    'What is absent stays; null takes an option or the filter away. Answered when every dispatcher goes by it.',
  access: 'subscribe',
  params: ofOne.params,
  body: WebhookChange,
  headers: IF_MATCH,
  responses: { 200: { description: 'The webhook as it is now.', schema: ShownWebhook, headers: ETAG } },
  refusals: { ...ofOne.refusals, 409: ITS_OWN_API, ...CHANGED },
});

export const deleteWebhook = defineOperation({
  id: 'deleteWebhook',
  tag: 'Webhooks',
  summary: 'Delete a webhook',
  description: 'No attempt starts for it once this is answered. What is pending ends as `cancelled`.',
  access: 'subscribe',
  params: ofOne.params,
  responses: {
    200: { description: 'It is gone.', schema: ended('webhook_id', 'The webhook.') },
  },
  headers: IF_MATCH,
  refusals: { ...ofOne.refusals, 409: ITS_OWN_API, ...CHANGED },
});

export const getWebhookSecret = defineOperation({
  id: 'getWebhookSecret',
  tag: 'Webhooks',
  summary: "Get a webhook's signing secret",
  access: 'subscribe',
  params: ofOne.params,
  responses: {
    200: {
      description: 'The secret.',
      schema: z.object({
        webhook_id: z.string().meta({ description: 'The webhook.' }),
        signing_secret: z.string().meta({ description: 'What its deliveries are signed with: `whsec_…`.' }),
      }),
    },
  },
  refusals: { ...ofOne.refusals, 409: ITS_OWN_API },
});

const turned = {
  tag: 'Webhooks',
  access: 'subscribe',
  params: ofOne.params,
  responses: { 200: { description: 'The webhook as it is now.', schema: ShownWebhook } },
  refusals: { ...ofOne.refusals, 409: `It can not be turned so from the state that it is in. ${ITS_OWN_API}` },
} as const;

export const pauseWebhook = defineOperation({
  ...turned,
  id: 'pauseWebhook',
  summary: 'Pause a webhook',
  description: 'What is pending is kept, and what comes, until it is resumed.',
});

export const resumeWebhook = defineOperation({
  ...turned,
  id: 'resumeWebhook',
  summary: 'Resume a webhook',
  description: 'What was kept goes out, the oldest first.',
});

export const disableWebhook = defineOperation({
  ...turned,
  id: 'disableWebhook',
  summary: 'Disable a webhook',
  description: 'What is pending ends as `cancelled`, and nothing more comes until it is enabled.',
});

export const enableWebhook = defineOperation({
  ...turned,
  id: 'enableWebhook',
  summary: 'Enable a webhook',
  description: 'A fresh start, whoever disabled it.',
});
