import type { SourceReport } from '@sluice/contracts/sources';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { bigintAsNumber } from '../database/bigint-column.js';
import { SourceEntity } from './source.entity.js';

/** The last that one importer told of a source. */
@Entity({ name: 'source_report' })
export class SourceReportEntity {
  @PrimaryColumn({ name: 'source_id', type: 'text', primaryKeyConstraintName: 'source_report_pkey' })
  sourceId!: string;

  @ManyToOne(() => SourceEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'source_id', foreignKeyConstraintName: 'source_report_source_fkey' })
  source!: Relation<SourceEntity>;

  /** The importer, another one after each of its starts. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'source_report_pkey' })
  instance!: string;

  @Column({ type: 'integer' })
  revision!: number;

  @Column({ name: 'reported_at', type: 'timestamptz' })
  reportedAt!: Date;

  @Column({ type: 'json' })
  partitions!: SourceReport['partitions'];

  /** Since the importer was started: what the next report has more is added to the source's. */
  @Column({ type: 'bigint', transformer: bigintAsNumber })
  imported!: number;

  @Column({ name: 'dead_letters', type: 'bigint', transformer: bigintAsNumber })
  deadLetters!: number;

  @Column({ name: 'last_error_at', type: 'timestamptz', nullable: true })
  lastErrorAt!: Date | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;
}
