import type { Source } from '@sluice/contracts/sources';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { AccountEntity } from '../credentials/account.entity.js';
import { bigintAsNumber } from '../database/bigint-column.js';

/** A topic of which an account gets the records as events. */
@Entity({ name: 'source' })
@Unique('source_topic', ['accountId', 'topic'])
@Index('source_account', ['accountId', 'id'])
export class SourceEntity {
  /** `src_` and a ULID. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'source_pkey' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'source_account_fkey' })
  account!: Relation<AccountEntity>;

  @Column({ type: 'text' })
  topic!: string;

  @Column({ type: 'text' })
  format!: Source['format'];

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** As it was written, so not as jsonb, which has an order of its own. */
  @Column({ type: 'json', nullable: true })
  mapping!: Source['mapping'];

  @Column({ type: 'json', nullable: true })
  debezium!: Source['debezium'];

  /** `earliest`, `latest`, or ISO 8601 in UTC. */
  @Column({ name: 'start_at', type: 'text' })
  start!: Source['start'];

  @Column({ type: 'text' })
  status!: Source['status'];

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** Of its configuration: from 1. */
  @Column({ type: 'integer' })
  revision!: number;

  /** Records that became events, as far as importers told. */
  @Column({ type: 'bigint', default: 0, transformer: bigintAsNumber })
  imported!: number;

  @Column({ name: 'dead_letters', type: 'bigint', default: 0, transformer: bigintAsNumber })
  deadLetters!: number;
}
