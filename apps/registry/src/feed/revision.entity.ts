import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from '../database/bigint-column.js';

/** The one row whose lock puts changes of webhooks into the order of their commits. */
@Entity({ name: 'revision' })
@Check('revision_is_one_row', 'id = 1')
export class RevisionEntity {
  @PrimaryColumn({ type: 'smallint', primaryKeyConstraintName: 'revision_pkey' })
  id!: number;

  @Column({ type: 'bigint', transformer: bigintAsNumber })
  value!: number;
}
