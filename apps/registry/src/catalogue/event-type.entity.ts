import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';

/** An event type that an account added to the built-in ones. */
@Entity({ name: 'event_type' })
export class EventTypeEntity {
  @PrimaryColumn({ name: 'account_id', type: 'text', primaryKeyConstraintName: 'event_type_pkey' })
  accountId!: string;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'event_type_pkey' })
  name!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'event_type_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  description!: string;

  /** JSON Schema as the account wrote it; null accepts any JSON. */
  @Column({ type: 'text', nullable: true })
  schema!: string | null;

  /** JSON text that the schema takes, as the account wrote it; null for none, or for one in the schema. */
  @Column({ type: 'text', nullable: true })
  example!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
