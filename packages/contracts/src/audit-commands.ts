import { z } from 'zod';
import type { CommandTable } from './commands.js';
import { resultOf } from './result.js';

/** Who did what to which thing of the account, when and from where. */
export const AuditEntry = z.object({
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  action: z.string(),
  subject: z.string(),
  /** The key or the session of the portal that did it; null for Sluice itself. */
  keyId: z.string().nullable(),
  reason: z.string().nullable(),
  from: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** What the dispatchers do at a caller's word: the trail is the registry's, so they keep none. */
export const DispatcherAct = z.enum([
  'webhook.tested',
  'job.created',
  'job.cancelled',
  'dead_letter.put_back',
  'dead_letter.dropped',
]);
export type DispatcherAct = z.infer<typeof DispatcherAct>;

export const auditCommands = {
  /** Puts on the trail what the caller had a dispatcher do. */
  recordAct: {
    request: z.object({
      credential: z.string(),
      action: DispatcherAct,
      /** Id of the webhook, job or dead letter; of many dead letters their number. */
      subject: z.string().max(200),
      from: z.string().max(200).optional(),
    }),
    response: resultOf(z.object({})),
  },
  /** The newest first; `before` goes on after the last one of a page, while there are `more`. */
  listAudit: {
    request: z.object({
      credential: z.string(),
      action: z.string().optional(),
      subject: z.string().optional(),
      /** ISO 8601. */
      since: z.string().optional(),
      /** ISO 8601, excluded. */
      until: z.string().optional(),
      limit: z.number().int().min(1).max(1_000),
      before: z.string().optional(),
    }),
    response: resultOf(z.object({ entries: z.array(AuditEntry), more: z.boolean() })),
  },
} satisfies CommandTable;
