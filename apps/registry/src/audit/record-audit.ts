import type { DispatcherAct } from '@sluice/contracts/audit-commands';
import type { EntityManager } from 'typeorm';
import { AuditEntryEntity } from './audit-entry.entity.js';

/** One line of the audit trail. */
export interface AuditedAction {
  at: Date;
  /** Whose things are touched. */
  accountId: string;
  /** Null when Sluice itself acts. */
  keyId: string | null;
  action:
    | DispatcherAct
    | 'account.created'
    | 'account.renamed'
    | 'key.created'
    | 'key.revoked'
    | 'portal_link.created'
    | 'portal_link.revoked'
    | 'portal_session.opened'
    | 'event_type.put'
    | 'event_type.deleted'
    | 'user.created'
    | 'user.deleted'
    | 'base.created'
    | 'base.deleted'
    | 'table.put'
    | 'table.deleted'
    | 'schema.learnt'
    | 'collaborator.put'
    | 'collaborator.deleted'
    | 'token.created'
    | 'token.revoked'
    | 'integration.put'
    | 'integration.deleted'
    | 'source.created'
    | 'source.updated'
    | 'source.paused'
    | 'source.resumed'
    | 'source.deleted'
    | 'webhook.created'
    | 'webhook.updated'
    | 'webhook.paused'
    | 'webhook.resumed'
    | 'webhook.disabled'
    | 'webhook.enabled'
    | 'webhook.deleted'
    | 'webhook.secret_read'
    | 'webhook.secret_rotated'
    | 'webhook.refreshed'
    | 'webhook.notifications_enabled'
    | 'webhook.notifications_disabled'
    | 'webhook.expired'
    | 'webhook.invalidated';
  subject: string;
  reason?: string;
  /** The caller's address, where it is known. */
  from?: string | undefined;
}

/** Adds to the audit trail, in the transaction of what is audited. */
export async function recordAudit(
  transaction: EntityManager,
  { from, reason, ...action }: AuditedAction,
): Promise<void> {
  await transaction.insert(AuditEntryEntity, { ...action, reason: reason ?? null, cameFrom: from ?? null });
}
