import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';

/** An OAuth client whose access tokens count in the account's bases. */
@Entity({ name: 'integration' })
@Index('integration_account', ['accountId', 'createdAt', 'clientId'])
export class IntegrationEntity {
  @PrimaryColumn({ name: 'account_id', type: 'text', primaryKeyConstraintName: 'integration_pkey' })
  accountId!: string;

  /** As the issuer names it in its tokens. */
  @PrimaryColumn({ name: 'client_id', type: 'text', primaryKeyConstraintName: 'integration_pkey' })
  clientId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'integration_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
