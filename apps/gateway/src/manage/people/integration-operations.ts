import { z } from 'zod';
import { createdCursor } from '../../operations/created-place.js';
import { defineOperation } from '../../operations/operation.js';
import { nextCursor, wholeLimit } from '../../operations/page.js';
import { createdAt, ended, filled } from '../../operations/texts.js';

const params = z.object({ client_id: z.string().meta({ description: 'The OAuth client, percent-encoded.' }) });

const ShownIntegration = z
  .object({
    client_id: z.string().meta({ description: 'The OAuth client.' }),
    name: z.string().meta({ description: 'What you call it.' }),
    created_at: createdAt,
  })
  .meta({
    id: 'Integration',
    examples: [{ client_id: 'example-client', name: 'Example', created_at: '2026-06-01T09:30:00.000Z' }],
  });
export type ShownIntegration = z.input<typeof ShownIntegration>;

export const listIntegrations = defineOperation({
  id: 'listIntegrations',
  tag: 'Integrations',
  summary: 'List integrations',
  description: 'In the order of creation.',
  access: 'manage',
  query: z.strictObject({ limit: wholeLimit, cursor: createdCursor('integrations', /\P{Cc}{1,200}/u) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        integrations: z.array(ShownIntegration).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const putIntegration = defineOperation({
  id: 'putIntegration',
  tag: 'Integrations',
  summary: 'Admit or rename an integration',
  description: "Access tokens of this OAuth client count in the account's bases.",
  access: 'manage',
  params,
  body: z
    .strictObject({ name: filled.meta({ description: 'What you call it.' }) })
    .meta({ id: 'NewIntegration', examples: [{ name: 'Example' }] }),
  responses: { 200: { description: 'The integration as it is now.', schema: ShownIntegration } },
  refusals: { 409: "It is another account's." },
});

export const deleteIntegration = defineOperation({
  id: 'deleteIntegration',
  tag: 'Integrations',
  summary: 'Delete an integration',
  description: 'Its access tokens count no longer.',
  access: 'manage',
  params,
  responses: {
    200: { description: 'It is gone.', schema: ended('client_id', 'The OAuth client.') },
  },
  refusals: { 404: 'There is no such integration.' },
});
