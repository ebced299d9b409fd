import type { AuditEntry } from '@sluice/contracts/audit-commands';
import { And, type DataSource, LessThan, MoreThanOrEqual } from 'typeorm';
import { AuditEntryEntity } from './audit-entry.entity.js';

interface WantedEntries {
  action?: string | undefined;
  subject?: string | undefined;
  /** ISO 8601. */
  since?: string | undefined;
  /** ISO 8601, excluded. */
  until?: string | undefined;
  limit: number;
  /** The id that the page before ended at. */
  before?: string | undefined;
}

/** A page of what was done to an account's things, the newest first. */
export async function listAudit(
  { manager }: DataSource,
  accountId: string,
  { action, subject, since, until, limit, before }: WantedEntries,
): Promise<{ entries: AuditEntry[]; more: boolean }> {
  const from = since === undefined ? [] : [MoreThanOrEqual(new Date(since))];
  const to = until === undefined ? [] : [LessThan(new Date(until))];
  const found = await manager.find(AuditEntryEntity, {
    where: {
      accountId,
      ...(action === undefined ? {} : { action }),
      ...(subject === undefined ? {} : { subject }),
      ...(from.length + to.length === 0 ? {} : { at: And(...from, ...to) }),
      ...(before === undefined ? {} : { id: LessThan(before) }),
    },
    order: { id: 'desc' },
    take: limit + 1,
  });
  return { entries: found.slice(0, limit).map(entryOf), more: found.length > limit };
}

const entryOf = ({ id, at, action, subject, keyId, reason, cameFrom }: AuditEntryEntity): AuditEntry => ({
  id,
  at: at.toISOString(),
  action,
  subject,
  keyId,
  reason,
  from: cameFrom,
});
