import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { bigintAsNumber } from '../bigint-column.js';
import { AccountEntity } from '../credentials/account.entity.js';

/** A webhook, or what is left of a deleted one: the row stays as the feed's tombstone, without its secrets. */
@Entity({ name: 'webhook' })
@Unique('webhook_revision', ['revision'])
@Index('webhook_account', ['accountId', 'id'])
@Index('webhook_sealing_key', ['sealingKey'])
export class WebhookEntity {
  /** A ULID (contract airstack). */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'webhook_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'webhook_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  dialect!: FilterWebhook['dialect'];

  /** Absolute URL, as the WHATWG parser writes it: what was checked is what is called. */
  @Column({ type: 'text' })
  endpoint!: string;

  @Column({ name: 'event_type', type: 'text' })
  eventType!: string;

  /** JSON text; null matches every event of the type. */
  @Column({ type: 'text', nullable: true })
  filter!: string | null;

  @Column({ type: 'text' })
  state!: FilterWebhook['state'];

  @Column({ name: 'disabled_reason', type: 'text', nullable: true })
  disabledReason!: string | null;

  /** Signing secrets and static headers, encrypted (encryption/webhook-secrets.ts); null once deleted. */
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
}
