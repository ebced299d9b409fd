import type { TransactionNumbers } from '@sluice/contracts/base-commands';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';

/** A database of an account, whose changes webhooks can watch. Its row is the lock for all that is counted per base. */
@Entity({ name: 'base' })
@Index('base_account', ['accountId', 'createdAt', 'id'])
export class BaseEntity {
  /** `app` + 14 characters of base62. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'base_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'base_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'transaction_numbers', type: 'text' })
  transactionNumbers!: TransactionNumbers;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
