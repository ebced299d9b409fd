import type { KeyKind, KeyScope, Principal } from '@sluice/contracts/principal';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { AccountEntity } from './account.entity.js';

/** An API key, known by its hash alone. */
@Entity({ name: 'api_key' })
@Unique('api_key_hash', ['hash'])
@Index('api_key_account', ['accountId', 'id'])
export class ApiKeyEntity {
  /** `key_` + ULID; says nothing about the key. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'api_key_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'api_key_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  kind!: KeyKind;

  /** Null: all of its kind. */
  @Column({ type: 'text', array: true, nullable: true })
  scopes!: KeyScope[] | null;

  @Column({ type: 'text' })
  audience!: Principal['audience'];

  /** SHA-256 of the key: enough for 256 random bits, which nobody can guess. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  /** Null: never. */
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  /** What its owner calls it. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
