import type { Scope, UserToken } from '@sluice/contracts/base-commands';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { BaseUserEntity } from './base-user.entity.js';

/** A credential of a user, known by its hash alone. */
@Entity({ name: 'user_token' })
@Unique('user_token_hash', ['hash'])
@Index('user_token_account', ['accountId', 'id'])
@Index('user_token_user', ['userId'])
export class UserTokenEntity {
  /** `tok_` + ULID; says nothing about the token. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'user_token_pkey' })
  id!: string;

  /** Of the user. */
  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'user_id', type: 'text' })
  userId!: string;

  @ManyToOne(() => BaseUserEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'user_token_user_fkey' })
  user!: Relation<BaseUserEntity>;

  @Column({ type: 'text' })
  kind!: UserToken['kind'];

  @Column({ type: 'text' })
  name!: string;

  /** Empty for a `user_api_key`, which may all that its user may. */
  @Column({ type: 'text', array: true })
  scopes!: Scope[];

  /** Null for all bases that its user works in, now and later. */
  @Column({ type: 'text', array: true, nullable: true })
  bases!: string[] | null;

  /** SHA-256 of the token: enough for 256 random bits, which nobody can guess. */
  @Column({ type: 'bytea' })
  hash!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;
}
