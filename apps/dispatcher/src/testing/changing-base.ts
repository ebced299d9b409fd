import { randomUUID } from 'node:crypto';
import { sourceOfBase } from '@sluice/contracts/airtable-ids';
import { TABLE_CHANGED, type TableChange } from '@sluice/contracts/table-change';
import type { BaseWebhook } from '@sluice/contracts/webhook-feed';
import type { DispatcherUnderTest } from './dispatcher-under-test.js';
import { aBaseWebhook, cellChange } from './samples.js';

const airtableId = (prefix: string): string => prefix + randomUUID().replaceAll('-', '').slice(0, 14);

/** A base of its own, with what is published of it and read from its lists. */
export class ChangingBase {
  readonly id = airtableId('app');
  readonly accountId = 'account-1';

  constructor(readonly sluice: DispatcherUnderTest) {}

  webhook(webhook: Partial<BaseWebhook> = {}): BaseWebhook {
    const made = aBaseWebhook({
      id: airtableId('ach'),
      baseId: this.id,
      accountId: this.accountId,
      createdRevision: this.sluice.feed.revision + 1,
      ...webhook,
    });
    this.sluice.feed.put(made);
    return made;
  }

  /** A change of one cell, which gets the value, unless another change is given. Answers the event's id. */
  publish(
    value: unknown,
    change: Partial<TableChange> = {},
    event: Parameters<DispatcherUnderTest['publish']>[0] = {},
  ): Promise<string> {
    return this.sluice.publish({
      type: TABLE_CHANGED,
      source: sourceOfBase(this.id),
      data: JSON.stringify(cellChange(value, change)),
      ...event,
    });
  }

  /** As somebody of the base's account lists them. */
  async list(webhookId: string, cursor = 1, limit = 50) {
    const { commands } = this.sluice.service;
    const listed = await commands.listPayloads({
      credential: this.accountId,
      baseId: this.id,
      webhookId,
      cursor,
      limit,
    });
    if (!listed.ok) throw new Error(listed.refusal.message);
    return listed.value;
  }

  /** Everything in the list as it is recorded: each payload's number, number of the transaction, and value of the cell. */
  async recorded(webhookId: string): Promise<{ number: number; transaction: number; value: unknown }[]> {
    const rows = await this.sluice.rows<{ number: string; payload: Buffer }>(
      'select number, payload from dispatch.payload where webhook_id = $1 order by number',
      [webhookId],
    );
    return rows.map(({ number, payload }) => ({ number: Number(number), ...toldBy(payload.toString()) }));
  }

  async deadLetters(): Promise<string[]> {
    const rows = await this.sluice.rows<{ reason: string }>(
      'select reason from dispatch.dead_letter order by position',
    );
    return rows.map(({ reason }) => reason);
  }
}

/** What a payload of a {@link cellChange} tells. */
export function toldBy(payload: string): { transaction: number; value: unknown } {
  const { baseTransactionNumber, changedTablesById } = JSON.parse(payload);
  const [table] = Object.values<TableOf>(changedTablesById ?? {});
  const [changed] = Object.values(table?.changedRecordsById ?? {});
  const [value] = Object.values(changed?.current.cellValuesByFieldId ?? {});
  return { transaction: baseTransactionNumber, value };
}

interface TableOf {
  changedRecordsById?: Record<string, { current: { cellValuesByFieldId: Record<string, unknown> } }>;
}
