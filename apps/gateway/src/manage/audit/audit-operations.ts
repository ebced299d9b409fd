import { z } from 'zod';
import { moment } from '../../operations/moment.js';
import { defineOperation } from '../../operations/operation.js';
import { cursor, limit, nextCursor } from '../../operations/page.js';

/** A bigint of PostgreSQL. */
const ENTRY_ID = /^[1-9]\d{0,17}$/;
/** Longer texts are no action or id of ours, and a NUL PostgreSQL does not take. */
const TEXT_WANTED = { error: 'must be a text of at most 400 characters without NUL, given once' };
const wanted = z.string(TEXT_WANTED).regex(/^[^\0]{0,400}$/, TEXT_WANTED);

const ShownEntry = z
  .object({
    id: z.string().meta({ description: 'Its id.' }),
    at: z.iso.datetime().meta({ description: 'When it was done.' }),
    action: z.string().meta({ description: '`webhook.created`, `key.revoked` …' }),
    subject: z.string().meta({ description: 'Id of what was touched, or name of an event type.' }),
    key_id: z
      .string()
      .nullable()
      .meta({ description: 'The key, or the session of the portal, that did it; null for Sluice itself.' }),
    reason: z.string().nullable().meta({ description: 'Why, where somebody said.' }),
    from: z.string().nullable().meta({ description: "The caller's address, where it is known." }),
  })
  .meta({
    id: 'AuditEntry',
    examples: [
      {
        id: '4711',
        at: '2026-03-01T12:00:00.000Z',
        action: 'webhook.disabled',
        subject: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
        key_id: 'key_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
        reason: 'disabled by its owner',
        from: '203.0.113.9',
      },
    ],
  });
export type ShownEntry = z.input<typeof ShownEntry>;

export const listAudit = defineOperation({
  id: 'listAudit',
  tag: 'Accounts',
  summary: 'List the audit trail',
  description: 'Who did what to which thing of the account, when and from where; the newest first.',
  access: 'manage',
  query: z.strictObject({
    limit,
    cursor: cursor(ENTRY_ID),
    action: wanted.optional().meta({ description: 'Only this action.' }),
    subject: wanted.optional().meta({ description: 'Only what was done to this.' }),
    since: moment.optional().meta({ description: 'At that moment or later.' }),
    until: moment.optional().meta({ description: 'Before that moment.' }),
  }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        entries: z.array(ShownEntry).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});
