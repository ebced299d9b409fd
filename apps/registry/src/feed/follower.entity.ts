import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from '../database/bigint-column.js';

/** A dispatcher that follows the feed. It counts as living until its lease is over. */
@Entity({ name: 'follower' })
export class FollowerEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'follower_pkey' })
  dispatcher!: string;

  /** What it said it had applied when it asked last. */
  @Column({ type: 'bigint', transformer: bigintAsNumber })
  revision!: number;

  /** By the database's clock. */
  @Column({ name: 'lease_until', type: 'timestamptz' })
  leaseUntil!: Date;
}
