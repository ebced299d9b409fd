import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';

/** Somebody who works in bases of an account. */
@Entity({ name: 'base_user' })
@Unique('base_user_email', ['accountId', 'email'])
@Unique('base_user_subject', ['accountId', 'subject'])
@Index('base_user_account', ['accountId', 'createdAt', 'id'])
export class BaseUserEntity {
  /** `usr` + 14 characters of base62. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'base_user_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'base_user_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** Who this is to the OIDC issuer; null for a user without OAuth access. */
  @Column({ type: 'text', nullable: true })
  subject!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
