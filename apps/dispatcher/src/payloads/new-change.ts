import type { TableChange } from '@sluice/contracts/table-change';
import type { BaseWebhook } from '@sluice/contracts/webhook-feed';
import type { IdentifiedEvent } from '../model/delivery.js';
import type { Note } from '../notes/note.js';
import type { KnownBase } from '../partitions/known-bases.js';
import type { Projection } from '../project/project-change.js';
import { schemaPatches } from '../project/schema-patches.js';
import type { BaseChange } from '../record/base-change.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';

interface Parts {
  base: KnownBase;
  event: IdentifiedEvent;
  change: TableChange;
  transaction: number;
  given: boolean;
  projected: readonly { webhook: IndexedWebhook<BaseWebhook>; projection: Projection }[];
}

/** Whether payloads are generated for the webhook now. */
export const isGeneratedFor = ({ standing, webhook }: IndexedWebhook<BaseWebhook>): boolean =>
  standing !== 'deleted' && webhook.state === 'enabled';

/** A change that was projected, until its event is handed in to be recorded. Before that it counts for nothing. */
export class NewChange {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many webhooks get payloads. */
  get webhooks(): number {
    return this.#parts.projected.length;
  }

  /**
   * What is to be recorded; call it when it is handed in, in the same turn. From then on the next change of the base follows
   * this one. Webhooks that ended since the change was projected get nothing.
   */
  take(): BaseChange {
    const { base, event, change, transaction, given, projected } = this.#parts;
    const living = projected.filter(({ webhook }) => isGeneratedFor(webhook));
    base.advance(event, transaction, given);
    for (const { webhook, projection } of living) if (projection.invalid) base.close(webhook.id, event.position);
    return {
      base: { ...base.name, given },
      transaction,
      lists: living.map(({ webhook, projection }) => ({
        webhookId: webhook.id,
        accountId: webhook.webhook.accountId,
        payloads: projection.payloads,
        closes: projection.invalid,
        pings: webhook.standing === 'enabled',
      })),
      notes: [...schemaNotes(base.name, change), ...living.flatMap(invalidNotes)],
    };
  }
}

function schemaNotes(base: KnownBase['name'], change: TableChange): Note[] {
  const tables = schemaPatches(change);
  return tables.length === 0 ? [] : [{ kind: 'schema_learnt', ...base, tables }];
}

const INVALID = 'a table, view or field that its specification names was destroyed';

const invalidNotes = ({ webhook, projection }: Parts['projected'][number]): Note[] =>
  projection.invalid
    ? [{ kind: 'webhook_invalid', accountId: webhook.webhook.accountId, webhookId: webhook.id, reason: INVALID }]
    : [];
