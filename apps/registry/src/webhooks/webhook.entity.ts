import type { FeedWebhook, FilterWebhook } from '@sluice/contracts/webhook-feed';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { BaseEntity } from '../bases/base.entity.js';
import { AccountEntity } from '../credentials/account.entity.js';
import { bigintAsNumber } from '../database/bigint-column.js';

/** A webhook of either dialect, or what is left of a deleted one: the row stays as the feed's tombstone, without its secrets. */
@Entity({ name: 'webhook' })
@Unique('webhook_revision', ['revision'])
@Index('webhook_account', ['accountId', 'createdRevision'])
@Index('webhook_state', ['accountId', 'state', 'createdRevision'], { where: 'deleted_at is null' })
@Index('webhook_sealing_key', ['sealingKey'])
@Index('webhook_base', ['baseId', 'id'], { where: 'base_id is not null' })
@Index('webhook_expiry', ['state', 'expiresAt'], { where: 'expires_at is not null and deleted_at is null' })
export class WebhookEntity {
  /** A ULID (contract airstack), or `ach` and 14 characters of base62 (contract airtable). */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'webhook_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  dialect!: FeedWebhook['dialect'];

  /** Absolute URL, as the WHATWG parser writes it: what was checked is what is called. Null: payloads are only read. */
  @Column({ type: 'text', nullable: true })
  endpoint!: string | null;

  @Column({ name: 'event_type', type: 'text' })
  eventType!: string;

  /** JSON text; null matches every event of the type. */
  @Column({ type: 'text', nullable: true })
  filter!: string | null;

  @Column({ type: 'text' })
  state!: FeedWebhook['state'];

  @Column({ name: 'disabled_reason', type: 'text', nullable: true })
  disabledReason!: string | null;

  /** Null unless it is disabled. */
  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true })
  disabledAt!: Date | null;

  /** When it was last enabled after having been disabled. */
  @Column({ name: 'enabled_at', type: 'timestamptz', nullable: true })
  enabledAt!: Date | null;

  /** Of that. */
  @Column({ name: 'enabled_revision', type: 'bigint', default: 0, transformer: bigintAsNumber })
  enabledRevision!: number;

  /** ISO 8601 in UTC, or `earliest`; null: nothing that was accepted before it was created. */
  @Column({ name: 'start_from', type: 'text', nullable: true })
  startFrom!: string | null;

  /** What its owner wrote about it. */
  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ type: 'text', default: 'none' })
  ordering!: FilterWebhook['ordering'];

  /** Attempts started in a second. */
  @Column({ name: 'rate_limit', type: 'double precision', nullable: true })
  rateLimit!: number | null;

  @Column({ type: 'integer', nullable: true })
  concurrency!: number | null;

  /** Seconds before each attempt; null for the general schedule. */
  @Column({ name: 'retry_schedule', type: 'double precision', array: true, nullable: true })
  retrySchedule!: number[] | null;

  /** Signing secrets and static headers, or the MAC secret, encrypted (encryption/webhook-secrets.ts); null once deleted. */
  @Column({ type: 'bytea', nullable: true })
  sealed!: Buffer | null;

  /** Id of the key that `sealed` is encrypted under. */
  @Column({ name: 'sealing_key', type: 'text', nullable: true })
  sealingKey!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'created_revision', type: 'bigint', transformer: bigintAsNumber })
  createdRevision!: number;

  /** Of the newest change. */
  @Column({ type: 'bigint', transformer: bigintAsNumber })
  revision!: number;

  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;

  /** Whose changes it watches. Null for a filter webhook, and once the base is deleted. */
  @Column({ name: 'base_id', type: 'text', nullable: true })
  baseId!: string | null;

  @ManyToOne(() => BaseEntity, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'base_id', foreignKeyConstraintName: 'webhook_base_fkey' })
  base!: Relation<BaseEntity> | null;

  /** Of a webhook on a base: JSON text of the member `specification`, as submitted. */
  @Column({ type: 'text', nullable: true })
  specification!: string | null;

  @Column({ name: 'notifications_enabled', type: 'boolean', nullable: true })
  notificationsEnabled!: boolean | null;

  /** Null: never. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  /** The OAuth client that made it; null when it was made with another kind of credential. */
  @Column({ type: 'text', nullable: true })
  integration!: string | null;
}
