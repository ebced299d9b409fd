import { OPTION_LIMITS } from '@sluice/contracts/option-limits';
import { WebhookSummary } from '@sluice/contracts/registry-commands';
import { WebhookOptions } from '@sluice/contracts/webhook-options';
import { z } from 'zod';
import { objectText, structureText } from '../../operations/json-text.js';
import { createdAt, filled } from '../../operations/texts.js';
import { ShownJob } from '../jobs/job-schemas.js';
import { startFrom } from '../jobs/start-from.js';

const Ordering = WebhookOptions.shape.ordering;

const { descriptionCharacters, lowestRate, highestRate, mostAtOnce, mostAttempts, longestWait } = OPTION_LIMITS;

/** The registry checks them again, and what no schema says: that a text is printable, that all waits together are no longer. */
const options = {
  description: z.string().max(descriptionCharacters).nullish().meta({ description: 'Text for people.' }),
  ordering: Ordering.nullish().meta({
    description:
      '`subject`: one delivery at a time for each `subject` of the events, through retries. `none` if nothing is said.',
  }),
  rate_limit: z
    .number()
    .min(lowestRate)
    .max(highestRate)
    .nullish()
    .meta({ description: 'Attempts started in a second; as many as the endpoint takes if nothing is said.' }),
  concurrency: z
    .int()
    .min(1)
    .max(mostAtOnce)
    .nullish()
    .meta({ description: 'Attempts under way at once; as many as the endpoint takes if nothing is said.' }),
  retry_schedule: z.array(z.number().min(0).max(longestWait)).min(1).max(mostAttempts).nullish().meta({
    description:
      'Seconds waited before attempt 1, 2, …, each ±20 %, and one attempt for each; together up to 604,800, which are 7 days. Ten attempts over 3 days if nothing is said.',
  }),
};

const filter = objectText
  .nullish()
  .meta({ description: 'In the filter language; without it every event of the type is delivered.' });

export const NewWebhook = z
  .strictObject({
    endpoint: filled.meta({ description: 'Where events are delivered to: an HTTP or HTTPS URL.' }),
    event_type: filled.meta({ description: "A type of the account's catalogue. It stays." }),
    filter,
    sample: structureText.nullish().meta({ description: 'An event that must satisfy the filter.' }),
    start_from: startFrom.nullish().meta({
      description:
        'It also gets what was accepted from this moment on; with `earliest`, all that the stream still has.',
    }),
    ...options,
  })
  .meta({
    id: 'NewWebhook',
    examples: [
      {
        endpoint: 'https://example.com/hook',
        event_type: 'follow.created',
        filter: { followerProfileId: 3761 },
        rate_limit: 10,
      },
    ],
  });
export type NewWebhook = z.output<typeof NewWebhook>;

/** What is absent stays, and null is what a new webhook has that does not name it. */
export const WebhookChange = z
  .strictObject({
    endpoint: filled.optional().meta({ description: 'Where events are delivered to from now on.' }),
    filter,
    ...options,
    event_type: z.never({ error: "can't be changed: create another webhook for it" }).optional(),
  })
  .meta({ id: 'WebhookChange', examples: [{ endpoint: 'https://example.com/other', rate_limit: null }] });
export type WebhookChange = z.output<typeof WebhookChange>;

const WEBHOOK = {
  webhook_id: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  dialect: 'airstack',
  base_id: null,
  endpoint: 'https://example.com/hook',
  event_type: 'follow.created',
  description: null,
  state: 'enabled',
  disabled_reason: null,
  disabled_at: null,
  ordering: 'none',
  rate_limit: 10,
  concurrency: null,
  retry_schedule: null,
  created_at: '2026-03-01T12:00:00.000Z',
  filter: { followerProfileId: 3761 },
};

export const ShownWebhook = z
  .object({
    webhook_id: z.string().meta({ description: 'Its id.' }),
    dialect: WebhookSummary.shape.dialect.meta({
      description: 'Which API it is of: `airtable` for those on the changes of a base.',
    }),
    base_id: z.string().nullable().meta({ description: "Of a webhook on a base's changes." }),
    endpoint: z.string().nullable().meta({ description: 'Null for a webhook whose payloads are only read.' }),
    event_type: z.string().meta({ description: 'The type of its events.' }),
    description: z.string().nullable().meta({ description: 'Text for people.' }),
    state: WebhookSummary.shape.state.meta({
      description: "`expired` and `invalid` are states of webhooks on a base's changes alone.",
    }),
    disabled_reason: z.string().nullable().meta({ description: 'Why it is disabled or invalid; null of any other.' }),
    disabled_at: z.iso.datetime().nullable().meta({ description: 'Since when it is disabled; null of any other.' }),
    ordering: Ordering.meta({ description: '`subject`: one delivery at a time for each `subject` of the events.' }),
    rate_limit: z
      .number()
      .nullable()
      .meta({ description: 'Attempts started in a second; null: as many as the endpoint takes.' }),
    concurrency: z
      .number()
      .nullable()
      .meta({ description: 'Attempts under way at once; null: as many as the endpoint takes.' }),
    retry_schedule: z
      .array(z.number())
      .nullable()
      .meta({ description: 'Seconds waited before attempt 1, 2, …; null: the general schedule.' }),
    created_at: createdAt,
    filter: z.looseObject({}).nullable().meta({ description: 'As it was written.' }),
  })
  .meta({ id: 'Webhook', examples: [WEBHOOK] });

export const CreatedWebhook = ShownWebhook.extend({
  header: z
    .object({
      name: z.string().meta({ description: 'Its name.' }),
      value: z.string().meta({ description: 'Its value.' }),
    })
    .meta({ description: 'A header that every delivery carries; shown this once.' }),
  signing_secret: z.string().meta({ description: 'What deliveries are signed with.' }),
  portal_link: z
    .string()
    .nullable()
    .meta({ description: 'Opens the portal for whoever has it; null when a session of the portal asks.' }),
  job: ShownJob.optional().meta({ description: 'What brings it the events since `start_from`.' }),
}).meta({
  id: 'CreatedWebhook',
  examples: [
    {
      ...WEBHOOK,
      header: { name: 'x-airstack-webhook', value: '…' },
      signing_secret: 'whsec_…',
      portal_link: 'https://example.com/portal?token=…',
    },
  ],
});
