import { z } from 'zod';
import { acceptedAt, eventIdentity } from '../../operations/event-members.js';
import { objectText } from '../../operations/json-text.js';
import { defineOperation } from '../../operations/operation.js';
import { filled } from '../../operations/texts.js';

const NewPreview = z
  .strictObject({
    event_type: filled.meta({ description: "A type of the account's catalogue." }),
    filter: objectText
      .nullish()
      .meta({ description: 'In the filter language; without it every event of the type matches.' }),
  })
  .meta({
    id: 'NewPreview',
    examples: [{ event_type: 'follow.created', filter: { followerProfileId: { $in: [3761, 602] } } }],
  });

const Preview = z
  .object({
    considered: z.int().meta({ description: 'How many events there were.' }),
    matched: z.int().meta({ description: 'How many of them matched.' }),
    events: z
      .array(
        z.object({
          ...eventIdentity,
          accepted_at: acceptedAt,
          matched: z.boolean().meta({ description: 'Whether the filter lets it through.' }),
          reason: z.string().nullable().meta({ description: 'Why it did not match, or was not tried.' }),
        }),
      )
      .meta({ description: 'The newest first.' }),
  })
  .meta({
    id: 'Preview',
    examples: [
      {
        considered: 1,
        matched: 0,
        events: [
          {
            source: '/example',
            id: '1',
            accepted_at: '2026-03-01T12:00:00.000Z',
            matched: false,
            reason: 'n $gt 5: the event has 3',
          },
        ],
      },
    ],
  });
export type Preview = z.input<typeof Preview>;

export const previewFilter = defineOperation({
  id: 'previewFilter',
  tag: 'Filters',
  summary: 'Preview a filter',
  description: 'What it would have let through of the newest 500 events of the type that the account got.',
  access: 'read',
  body: NewPreview,
  responses: { 200: { description: 'The events, the newest first.', schema: Preview } },
});
