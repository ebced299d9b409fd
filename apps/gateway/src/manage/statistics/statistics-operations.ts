import { z } from 'zod';
import { moment } from '../../operations/moment.js';
import { defineOperation } from '../../operations/operation.js';
import { shownAs } from '../../operations/shown-as.js';

const WEBHOOK_ID = /^[\w-]{1,64}$/;
const MOST_WEBHOOKS = 100;
const WEBHOOKS_WANTED = { error: `must be 1 to ${MOST_WEBHOOKS} ids of webhooks, separated by commas` };

const range = {
  from: moment.optional().meta({ description: 'Without it a day before `to`.' }),
  to: moment.optional().meta({ description: 'Without it, now.' }),
};

const webhookIds = shownAs(
  { type: 'string', pattern: `^[\\w-]{1,64}(,[\\w-]{1,64}){0,${MOST_WEBHOOKS - 1}}$` },
  z
    .string(WEBHOOKS_WANTED)
    .transform((text) => text.split(','))
    .refine((ids) => ids.length <= MOST_WEBHOOKS && ids.every((id) => WEBHOOK_ID.test(id)), WEBHOOKS_WANTED),
).meta({ description: 'Ids of webhooks, separated by commas, at most 100.' });

const counts = {
  attempts: z.int().meta({ description: 'How many attempts ended.' }),
  succeeded: z.int().meta({ description: 'Of the attempts.' }),
  failed: z.int().meta({ description: 'Of the attempts.' }),
  delivered: z.int().meta({ description: 'Deliveries that ended so.' }),
  exhausted: z.int().meta({ description: 'Deliveries that ended so.' }),
  cancelled: z.int().meta({ description: 'Deliveries that ended so.' }),
  success_rate: z.number().nullable().meta({ description: 'Null without attempts.' }),
  latency_ms: z
    .object({
      p50: z.number().meta({ description: 'Half of them took at most so long.' }),
      p95: z.number().meta({ description: '95 of 100 did.' }),
      p99: z.number().meta({ description: '99 of 100 did.' }),
    })
    .nullable()
    .meta({ description: 'In milliseconds, estimated, over all attempts; null without attempts.' }),
};

const counted = {
  total: z.object(counts).meta({ description: 'Over the whole range.' }),
  hours: z
    .array(z.object({ hour: z.iso.datetime().meta({ description: 'When it began.' }), ...counts }))
    .meta({ description: 'Those in which something was.' }),
};

const webhookId = z.string().meta({ description: 'The webhook.' });
const shownRange = {
  from: z.iso.datetime().meta({ description: 'The start of the first hour.' }),
  to: z.iso.datetime().meta({ description: 'The end of the last hour.' }),
};

export const getWebhookStatistics = defineOperation({
  id: 'getWebhookStatistics',
  tag: 'Webhooks',
  summary: 'Get how a webhook fared',
  description: 'By the hour, for the hours that the range touches, at most 90 days; the last day, if nothing is said.',
  access: 'read',
  params: z.object({ id: z.string().meta({ description: 'The webhook.' }) }),
  query: z.strictObject(range),
  responses: {
    200: {
      description: 'What was counted.',
      schema: z.object({ webhook_id: webhookId, ...shownRange, ...counted }).meta({ id: 'Statistics' }),
    },
  },
  refusals: { 404: 'There is no such webhook.' },
});

export const getStatistics = defineOperation({
  id: 'getStatistics',
  tag: 'Webhooks',
  summary: 'Get how many webhooks fared',
  description:
    'For a list of webhooks, over at most 90 days; of more than 34 webhooks over at most 3,100 days divided by their number (31 days of 100). Those that the account does not have are left out.',
  access: 'read',
  query: z.strictObject({ webhook_ids: webhookIds, ...range }),
  responses: {
    200: {
      description: 'What was counted of each.',
      schema: z.object({
        ...shownRange,
        webhooks: z
          .array(
            z.object({
              webhook_id: webhookId,
              last_delivery_at: z.iso
                .datetime()
                .nullable()
                .meta({ description: 'When the newest delivery, or ping, ended; null without one.' }),
              ...counted,
            }),
          )
          .meta({ description: 'In the order in which they were named.' }),
      }),
    },
  },
  refusals: { 404: 'None of these webhooks is one of the account.' },
});
