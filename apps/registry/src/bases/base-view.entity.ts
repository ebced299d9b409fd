import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BaseTableEntity } from './base-table.entity.js';

/** A view of a table. */
@Entity({ name: 'base_view' })
@Index('base_view_table', ['baseId', 'tableId'])
export class BaseViewEntity {
  @PrimaryColumn({ name: 'base_id', type: 'text', primaryKeyConstraintName: 'base_view_pkey' })
  baseId!: string;

  /** `viw` + 14 characters of base62. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'base_view_pkey' })
  id!: string;

  @Column({ name: 'table_id', type: 'text' })
  tableId!: string;

  @ManyToOne(() => BaseTableEntity, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'base_id', referencedColumnName: 'baseId', foreignKeyConstraintName: 'base_view_table_fkey' },
    { name: 'table_id', referencedColumnName: 'id', foreignKeyConstraintName: 'base_view_table_fkey' },
  ])
  table!: Relation<BaseTableEntity>;

  /** Null when all that is known is the id. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** `grid`, `form` …; null when it is not known. */
  @Column({ type: 'text', nullable: true })
  type!: string | null;

  /** Orders a table's views. */
  @Column({ type: 'integer', default: 0 })
  position!: number;
}
