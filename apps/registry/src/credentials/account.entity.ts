import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tenant. Operator accounts may create others and hold keys that publish for everybody. */
@Entity({ name: 'account' })
export class AccountEntity {
  /** `acc_` + ULID. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'account_pkey' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'boolean' })
  operator!: boolean;

  /** Filter webhooks that are not deleted (those on bases have limits of their own): kept here so that the limit costs no count and holds under concurrency. */
  @Column({ name: 'webhook_count', type: 'integer', default: 0 })
  webhookCount!: number;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
