import { z } from 'zod';
import { objectText, structureText } from '../operations/json-text.js';
import { defineOperation } from '../operations/operation.js';
import { filled } from '../operations/texts.js';

/** Members and query parameters that contract airstack does not know are passed over, as its clients expect. */
const anyQuery = z.looseObject({});

const SAMPLE_REQUIRED = 'is required with a filter: a sample event that the filter matches';
/** A filter comes with a sample event. */
const hasSample = ({ filter, payload }: { filter?: unknown; payload?: unknown }) => filter == null || payload != null;

const eventType = filled.meta({ description: "A type of the account's catalogue." });
const filter = objectText
  .nullish()
  .meta({ description: 'In the filter language; without it every event of the type is delivered.' });
const payload = structureText.nullish().meta({ description: 'A sample event that the filter matches.' });

const done = z.literal(true).meta({ description: 'It is done.' });
const message = z.string().meta({ description: 'What was done, for people.' });

const AirstackWebhook = z
  .looseObject({
    endpoint: filled.meta({ description: 'Where events are delivered to: an HTTP or HTTPS URL.' }),
    filter_config: z
      .looseObject({ event_type: eventType, filter, payload })
      .refine(hasSample, { path: ['payload'], error: SAMPLE_REQUIRED })
      .meta({ description: 'Which events it gets.' }),
  })
  .meta({
    id: 'NewAirstackWebhook',
    examples: [
      {
        endpoint: 'https://example.com/hook',
        filter_config: {
          event_type: 'follow.created',
          filter: { followerProfileId: { $in: [3761, 602] } },
          payload: { followerProfileId: '3761' },
        },
      },
    ],
  });

const FilterTest = z
  .looseObject({
    event_type: filled.nullish().meta({ description: "A type of the account's catalogue." }),
    eventTypes: filled.nullish().meta({ description: 'The other spelling of `event_type`.' }),
    filter,
    payload,
  })
  .refine(hasSample, { path: ['payload'], error: SAMPLE_REQUIRED })
  .meta({
    id: 'AirstackFilterTest',
    examples: [
      { eventTypes: 'follow.created', filter: { followerProfileId: 3761 }, payload: { followerProfileId: 3761 } },
    ],
  });
export type FilterTest = z.output<typeof FilterTest>;

export const createAirstackWebhook = defineOperation({
  id: 'createAirstackWebhook',
  tag: 'Airstack',
  summary: 'Create a webhook',
  description:
    '`signing_secret` is what deliveries are signed with: our addition, which clients of Airstack pass over.',
  access: 'subscribe',
  query: anyQuery,
  body: AirstackWebhook,
  responses: {
    200: {
      description: 'The webhook.',
      schema: z
        .object({
          webhook_id: z.string().meta({ description: 'Its id: a ULID.' }),
          portal_link: z.string().meta({ description: 'A page that shows the webhooks to whoever has the link.' }),
          authentication: z
            .object({
              header_name: z.string().meta({ description: 'Its name.' }),
              header_value: z.string().meta({ description: 'Its value.' }),
            })
            .meta({ description: 'A header that every delivery carries.' }),
          status: done,
          message,
          signing_secret: z.string().meta({ description: 'What deliveries are signed with: `whsec_…`.' }),
        })
        .meta({
          id: 'AirstackWebhook',
          examples: [
            {
              webhook_id: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
              portal_link: 'https://example.com/portal?token=…',
              authentication: { header_name: 'x-airstack-webhook', header_value: '…' },
              status: true,
              message: 'Successfully created subscription',
              signing_secret: 'whsec_…',
            },
          ],
        }),
    },
  },
});

export const deleteAirstackWebhook = defineOperation({
  id: 'deleteAirstackWebhook',
  tag: 'Airstack',
  summary: 'Delete a webhook',
  description: 'No attempt starts for it once this is answered.',
  access: 'subscribe',
  params: z.object({ id: z.string().meta({ description: 'The webhook: a ULID.' }) }),
  query: anyQuery,
  responses: {
    200: { description: 'It is gone.', schema: z.object({ message, status: done }) },
  },
  refusals: { 404: 'There is no such webhook.', 409: 'It is a webhook of a base.' },
});

export const testAirstackFilter = defineOperation({
  id: 'testAirstackFilter',
  tag: 'Airstack',
  summary: 'Test a filter',
  description: 'Whether the sample satisfies the filter.',
  access: 'subscribe',
  query: anyQuery,
  body: FilterTest,
  responses: {
    200: {
      description: 'It does.',
      schema: z.object({
        status: done,
        success: z.literal(true).meta({ description: 'The sample satisfies the filter.' }),
      }),
    },
  },
});
