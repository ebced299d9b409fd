import { z } from 'zod';
import { moment } from '../operations/moment.js';
import { defineOperation } from '../operations/operation.js';
import { cursor, limit, nextCursor } from '../operations/page.js';
import { createdAt, ended, pathId } from '../operations/texts.js';

const tag = 'Portal';
const LINK_ID = /^lnk_[0-9A-HJKMNP-TV-Z]{26}$/;

const ShownLink = z
  .object({
    id: z.string().meta({ description: 'Its id, which opens nothing.' }),
    key_id: z.string().meta({ description: 'The key that asked for it: the link ends with it.' }),
    created_at: createdAt,
    expires_at: z.iso.datetime().meta({ description: 'When it ends by itself.' }),
    revoked_at: z.iso.datetime().nullable().meta({ description: 'Null when it was not revoked.' }),
  })
  .meta({ id: 'PortalLink' });
export type ShownLink = z.input<typeof ShownLink>;

export const createPortalLink = defineOperation({
  id: 'createPortalLink',
  tag,
  summary: 'Create a portal link',
  description: "It opens the account's webhooks to whoever has it, and nothing else.",
  access: 'share',
  body: z
    .strictObject({
      expires_at: moment
        .nullish()
        .meta({ description: 'Seven days from now if nothing is said, at most 366; it ends with its key, too.' }),
    })
    .meta({ examples: [{}, { expires_at: '2026-12-31T00:00:00Z' }] }),
  responses: {
    201: {
      description: 'The link, shown this once.',
      schema: z.object({
        id: z.string().meta({ description: 'Its id.' }),
        url: z.string().meta({ description: 'What to open.' }),
        expires_at: z.iso.datetime().meta({ description: 'When it ends by itself.' }),
      }),
    },
  },
});

export const listPortalLinks = defineOperation({
  id: 'listPortalLinks',
  tag,
  summary: 'List portal links',
  description:
    'The newest first, those of new webhooks among them; without their addresses. Ended ones for 30 days more.',
  access: 'share',
  query: z.strictObject({ limit, cursor: cursor(LINK_ID) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        portal_links: z.array(ShownLink).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const revokePortalLink = defineOperation({
  id: 'revokePortalLink',
  tag,
  summary: 'Revoke a portal link',
  description:
    'It opens nothing any more, and every session that it opened ends: here at once, on other gateways within 5 s.',
  access: 'share',
  params: z.object({ id: pathId(LINK_ID, 'The link.') }),
  absent: 'there is no such portal link',
  responses: { 200: { description: 'Done.', schema: ended('id', 'The link.', 'revoked') } },
});

export const endPortalSession = defineOperation({
  id: 'endPortalSession',
  tag,
  summary: 'End the session of the portal that asks',
  access: 'identify',
  responses: {
    200: {
      description: 'Done; the cookie goes.',
      schema: z.object({ ended: z.literal(true).meta({ description: 'It is so.' }) }),
    },
  },
});
