import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BaseEntity } from './base.entity.js';

/** A table of a base: what is known of its schema. Ids are unique within the base. */
@Entity({ name: 'base_table' })
export class BaseTableEntity {
  @PrimaryColumn({ name: 'base_id', type: 'text', primaryKeyConstraintName: 'base_table_pkey' })
  baseId!: string;

  /** `tbl` + 14 characters of base62. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'base_table_pkey' })
  id!: string;

  @ManyToOne(() => BaseEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'base_id', foreignKeyConstraintName: 'base_table_base_fkey' })
  base!: Relation<BaseEntity>;

  /** Null when all that is known is the id. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** Orders a base's tables. */
  @Column({ type: 'integer', default: 0 })
  position!: number;
}
