import { z } from 'zod';
import { objectText } from '../operations/json-text.js';
import { defineOperation } from '../operations/operation.js';
import { cursor, limit } from './payload-range.js';

const ofBase = z.object({ baseId: z.string().meta({ description: 'The base.' }) });
const ofWebhook = ofBase.extend({ webhookId: z.string().meta({ description: 'The webhook.' }) });
/** Parameters that contract airtable does not know are passed over, as its clients expect. */
const anyQuery = z.looseObject({});

const refusals = {
  400: 'The body is no JSON.',
  403: 'The base is not there, or the credential may not do this in it.',
  422: 'Something in the request is not as it must be.',
};
const refusalsOfOne = { ...refusals, 404: 'There is no such webhook.' };

const expirationTime = z.iso.datetime().nullable().meta({ description: 'Null for a webhook that never expires.' });
const SPECIFICATION = { options: { filters: { dataTypes: ['tableData'] } } };
const IN_A_WEEK = '2026-06-08T09:30:00.000Z';

const NewWebhook = z
  .strictObject({
    notificationUrl: z.string().nullish().meta({ description: 'Where pings go; without it payloads are only listed.' }),
    specification: objectText.meta({ description: 'Which changes are told, and what of them.' }),
  })
  .meta({
    id: 'NewAirtableWebhook',
    examples: [{ notificationUrl: 'https://example.com/ping', specification: SPECIFICATION }],
  });

const Result = z.object({
  success: z.boolean().meta({ description: 'Whether the ping was answered with 200 or 204.' }),
  completionTimestamp: z.iso.datetime().meta({ description: 'When it ended.' }),
  durationMs: z.number().meta({ description: 'How long it took, in milliseconds.' }),
  retryNumber: z.int().meta({ description: '0 for the first attempt.' }),
  error: z
    .object({ message: z.string().meta({ description: 'For people.' }) })
    .optional()
    .meta({ description: 'Why it failed.' }),
  willBeRetried: z.boolean().optional().meta({ description: 'Of one that failed: whether it is tried again.' }),
});

const ListedWebhook = z
  .object({
    id: z.string().meta({ description: 'Its id: `ach` and 14 letters or digits.' }),
    specification: z
      .looseObject({})
      .meta({ description: 'Which changes are told, and what of them: as it was written.' }),
    notificationUrl: z.string().nullable().meta({ description: 'Where pings go; null: payloads are only listed.' }),
    cursorForNextPayload: z.int().meta({ description: 'The number that its next payload will have.' }),
    lastNotificationResult: Result.nullable().meta({
      description: 'What became of the last ping; null before the first.',
    }),
    areNotificationsEnabled: z.boolean().meta({ description: 'Whether pings are sent.' }),
    lastSuccessfulNotificationTime: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When a ping succeeded last; null when none did.' }),
    isHookEnabled: z
      .boolean()
      .meta({ description: 'False when it has expired or become invalid: it gets no payloads any more.' }),
    expirationTime,
  })
  .meta({
    id: 'AirtableWebhook',
    examples: [
      {
        id: 'achA1b2C3d4E5f6G7',
        specification: SPECIFICATION,
        notificationUrl: 'https://example.com/ping',
        cursorForNextPayload: 1,
        lastNotificationResult: null,
        areNotificationsEnabled: true,
        lastSuccessfulNotificationTime: null,
        isHookEnabled: true,
        expirationTime: IN_A_WEEK,
      },
    ],
  });

export const createAirtableWebhook = defineOperation({
  id: 'createAirtableWebhook',
  tag: 'Airtable',
  summary: 'Create a webhook',
  access: 'base',
  params: ofBase,
  query: anyQuery,
  body: NewWebhook,
  responses: {
    200: {
      description: 'The webhook, with the secret that pings are authenticated by: shown this once.',
      schema: z.object({
        id: z.string().meta({ description: 'Its id: `ach` and 14 letters or digits.' }),
        macSecretBase64: z.string().meta({ description: 'The key of the MAC that pings carry, in base64.' }),
        expirationTime,
      }),
    },
  },
  refusals,
});

export const listAirtableWebhooks = defineOperation({
  id: 'listAirtableWebhooks',
  tag: 'Airtable',
  summary: 'List webhooks',
  access: 'base',
  params: ofBase,
  query: anyQuery,
  responses: {
    200: {
      description: 'All of the base.',
      schema: z.object({ webhooks: z.array(ListedWebhook).meta({ description: 'Those of the base.' }) }),
    },
  },
  refusals,
});

export const listAirtablePayloads = defineOperation({
  id: 'listAirtablePayloads',
  tag: 'Airtable',
  summary: 'List payloads',
  description: 'Also extends the life of the webhook by a week.',
  access: 'base',
  params: ofWebhook,
  query: z.looseObject({ cursor, limit }),
  responses: {
    200: {
      description: 'Payloads in the order of the transactions.',
      schema: z.object({
        payloads: z.array(z.looseObject({})).meta({ description: 'At most 50.' }),
        cursor: z.int().meta({ description: 'Of the payload after these.' }),
        mightHaveMore: z.boolean().meta({ description: 'Whether to ask on at `cursor`.' }),
        payloadFormat: z.literal('v0').meta({ description: 'The form of the payloads.' }),
      }),
    },
  },
  refusals: refusalsOfOne,
});

export const refreshAirtableWebhook = defineOperation({
  id: 'refreshAirtableWebhook',
  tag: 'Airtable',
  summary: 'Refresh a webhook',
  description: 'Extends its life by a week.',
  access: 'base',
  params: ofWebhook,
  query: anyQuery,
  responses: { 200: { description: 'When it expires now.', schema: z.object({ expirationTime }) } },
  refusals: refusalsOfOne,
});

export const enableAirtableNotifications = defineOperation({
  id: 'enableAirtableNotifications',
  tag: 'Airtable',
  summary: 'Switch pings on or off',
  access: 'base',
  params: ofWebhook,
  query: anyQuery,
  body: z
    .strictObject({ enable: z.boolean().meta({ description: 'Whether pings are to be sent.' }) })
    .meta({ id: 'AirtableNotifications', examples: [{ enable: true }] }),
  responses: { 200: { description: 'It is done.', schema: z.object({}) } },
  refusals: refusalsOfOne,
});

export const deleteAirtableWebhook = defineOperation({
  id: 'deleteAirtableWebhook',
  tag: 'Airtable',
  summary: 'Delete a webhook',
  access: 'base',
  params: ofWebhook,
  query: anyQuery,
  responses: { 200: { description: 'It is gone.', schema: z.object({}) } },
  refusals: refusalsOfOne,
});
