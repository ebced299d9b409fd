import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Who did what to which thing, when and from where. Never changed, and free of secrets. */
@Entity({ name: 'audit_entry' })
@Index('audit_entry_account', ['accountId', 'at', 'id'])
@Index('audit_entry_subject', ['accountId', 'subject', 'at', 'id'])
@Index('audit_entry_action', ['accountId', 'action', 'at', 'id'])
export class AuditEntryEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'audit_entry_pkey',
  })
  id!: string;

  @Column({ type: 'timestamptz' })
  at!: Date;

  /** Whose things were touched. */
  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  /** The key that did it, or the session of the portal; null for Sluice itself. */
  @Column({ name: 'key_id', type: 'text', nullable: true })
  keyId!: string | null;

  /** `webhook.created`, `key.revoked` … */
  @Column({ type: 'text' })
  action!: string;

  /** Id of what was touched, or name of the event type; parts of a base as `app…/tbl…`, its collaborators as `app…/usr…`. */
  @Column({ type: 'text' })
  subject!: string;

  /** Why, where there is a reason to tell. */
  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  /** The caller's address, where it is known. */
  @Column({ name: 'came_from', type: 'text', nullable: true })
  cameFrom!: string | null;
}
