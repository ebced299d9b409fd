import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from '../database/bigint-column.js';

/** Outbox: a fact that was committed with its cause and is not known to be on the stream yet. */
@Entity({ name: 'webhook_fact' })
export class WebhookFactEntity {
  @PrimaryColumn({ type: 'bigint', primaryKeyConstraintName: 'webhook_fact_pkey', transformer: bigintAsNumber })
  revision!: number;

  @Column({ name: 'webhook_id', type: 'text' })
  webhookId!: string;

  /** A `WebhookFact` as JSON text. */
  @Column({ type: 'text' })
  fact!: string;
}
