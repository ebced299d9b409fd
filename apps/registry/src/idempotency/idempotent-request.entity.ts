import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';

/** A request under an `Idempotency-Key`: under way while there is a lease, answered while there is something sealed. */
@Entity({ name: 'idempotent_request' })
@Index('idempotent_request_expiry', ['expiresAt'])
@Index('idempotent_request_sealing_key', ['sealingKey'])
export class IdempotentRequestEntity {
  @PrimaryColumn({ name: 'account_id', type: 'text', primaryKeyConstraintName: 'idempotent_request_pkey' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'idempotent_request_account_fkey' })
  account!: Relation<AccountEntity>;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'idempotent_request_pkey' })
  key!: string;

  @Column({ type: 'bytea' })
  fingerprint!: Buffer;

  /** Whoever carries it out settles it under this. */
  @Column({ type: 'text', nullable: true })
  lease!: string | null;

  /** By the database's clock; then whoever had it is taken for dead. */
  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  /** By the database's clock. */
  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt!: Date;

  /** The answer, encrypted: it may show secrets. */
  @Column({ type: 'bytea', nullable: true })
  sealed!: Buffer | null;

  /** Id of the key that `sealed` is encrypted under. */
  @Column({ name: 'sealing_key', type: 'text', nullable: true })
  sealingKey!: string | null;
}
