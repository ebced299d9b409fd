import { TablePatch } from '@sluice/contracts/base-commands';
import { z } from 'zod';

/** Something that the registry is to be told because of a recorded change: it is written with the change, and told afterwards. */
export type Note =
  | { kind: 'schema_learnt'; accountId: string; baseId: string; tables: readonly TablePatch[] }
  | { kind: 'webhook_invalid'; accountId: string; webhookId: string; reason: string };

/** Whom or what a note is about: notes of one subject are told in their order. */
export const subjectOf = (note: Note): string => (note.kind === 'schema_learnt' ? note.baseId : note.webhookId);

/** What a note says beside its kind and subject, as it is stored: JSON. */
export const contentOf = (note: Note): Buffer =>
  Buffer.from(JSON.stringify(note.kind === 'schema_learnt' ? note.tables : note.reason));

const Stored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('schema_learnt'), content: z.array(TablePatch) }),
  z.object({ kind: z.literal('webhook_invalid'), content: z.string() }),
]);

/** The inverse of {@link subjectOf} and {@link contentOf}. Throws when the content was written by another version, or damaged. */
export function readNote({
  kind,
  accountId,
  subject,
  content,
}: {
  kind: string;
  accountId: string;
  subject: string;
  content: Buffer;
}): Note {
  const stored = Stored.parse({ kind, content: JSON.parse(content.toString('utf8')) });
  return stored.kind === 'schema_learnt'
    ? { kind: stored.kind, accountId, baseId: subject, tables: stored.content }
    : { kind: stored.kind, accountId, webhookId: subject, reason: stored.content };
}
