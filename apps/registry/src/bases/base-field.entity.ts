import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BaseTableEntity } from './base-table.entity.js';

/** A field of a table. */
@Entity({ name: 'base_field' })
@Index('base_field_table', ['baseId', 'tableId'])
export class BaseFieldEntity {
  @PrimaryColumn({ name: 'base_id', type: 'text', primaryKeyConstraintName: 'base_field_pkey' })
  baseId!: string;

  /** `fld` + 14 characters of base62. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'base_field_pkey' })
  id!: string;

  @Column({ name: 'table_id', type: 'text' })
  tableId!: string;

  @ManyToOne(() => BaseTableEntity, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'base_id', referencedColumnName: 'baseId', foreignKeyConstraintName: 'base_field_table_fkey' },
    { name: 'table_id', referencedColumnName: 'id', foreignKeyConstraintName: 'base_field_table_fkey' },
  ])
  table!: Relation<BaseTableEntity>;

  /** Null when all that is known is the id. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** `singleLineText` …; null when it is not known. */
  @Column({ type: 'text', nullable: true })
  type!: string | null;

  /** Orders a table's fields. */
  @Column({ type: 'integer', default: 0 })
  position!: number;
}
