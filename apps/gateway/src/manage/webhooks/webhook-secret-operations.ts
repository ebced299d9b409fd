import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';

/** A week. */
const LONGEST_KEPT_SECONDS = 604_800;
const KEPT_SECONDS = 86_400;
const KEPT_WANTED = { error: `must be a whole number of seconds from 0 to ${LONGEST_KEPT_SECONDS}` };

export const rotateSecret = defineOperation({
  id: 'rotateWebhookSecret',
  tag: 'Webhooks',
  summary: 'Rotate the signing secret of a webhook',
  description:
    'While the previous secret is valid, deliveries carry the signatures of both: receivers can change over without losing one. ' +
    'A secret before that one is no longer valid.',
  access: 'subscribe',
  params: z.object({ id: z.string().meta({ description: 'The webhook.' }) }),
  body: z
    .strictObject({
      keep_previous_seconds: z
        .int(KEPT_WANTED)
        .min(0, KEPT_WANTED)
        .max(LONGEST_KEPT_SECONDS, KEPT_WANTED)
        .nullish()
        .meta({ description: 'How long the previous secret signs on; a day if nothing is said.' }),
    })
    .transform(({ keep_previous_seconds }) => ({ keepPreviousSeconds: keep_previous_seconds ?? KEPT_SECONDS })),
  responses: {
    200: {
      description: 'The new secret, by which every dispatcher signs now.',
      schema: z.object({
        webhook_id: z.string().meta({ description: 'The webhook.' }),
        signing_secret: z.string().meta({ description: 'The new one.' }),
        previous_expires_at: z.iso
          .datetime()
          .nullable()
          .meta({ description: 'Until when the previous one signs as well; null: it signs nothing any more.' }),
      }),
    },
  },
  refusals: { 404: 'There is no such webhook.', 409: "It is a webhook of a base, or its secrets can't be read." },
});
