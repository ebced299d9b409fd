import type { AuditEntry } from '@sluice/contracts/audit-commands';
import type { DataSource } from 'typeorm';
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

/** A page of what was done to an account's things, the newest first; what was done at the same moment in the order of ids. */
export async function listAudit(
  { manager }: DataSource,
  accountId: string,
  { action, subject, since, until, limit, before }: WantedEntries,
): Promise<{ entries: AuditEntry[]; more: boolean }> {
  const page = manager
    .createQueryBuilder(AuditEntryEntity, 'entry')
    .where('entry.accountId = :accountId', { accountId })
    .orderBy({ 'entry.at': 'DESC', 'entry.id': 'DESC' })
    .limit(limit + 1);
  if (action !== undefined) page.andWhere('entry.action = :action', { action });
  if (subject !== undefined) page.andWhere('entry.subject = :subject', { subject });
  if (since !== undefined) page.andWhere('entry.at >= :since', { since: new Date(since) });
  if (until !== undefined) page.andWhere('entry.at < :until', { until: new Date(until) });
  if (before !== undefined) {
    const last = await manager.findOneBy(AuditEntryEntity, { id: before, accountId });
    if (last === null) return { entries: [], more: false };
    page.andWhere('(entry.at, entry.id) < (:at, :before)', { at: last.at, before });
  }
  const found = await page.getMany();
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
