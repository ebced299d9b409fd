import { precedes } from '@sluice/contracts/event-record';
import type { TableChange } from '@sluice/contracts/table-change';
import type { BaseWebhook } from '@sluice/contracts/webhook-feed';
import type { Logger } from '@sluice/service-kit/logger';
import type { IdentifiedEvent } from '../model/delivery.js';
import { changedBase, isTableChange, timestampOf } from '../partitions/changed-base.js';
import { KnownBase } from '../partitions/known-bases.js';
import type { OpenPartition } from '../partitions/open-partition.js';
import { type Projection, projectChange } from '../project/project-change.js';
import { readTableChange } from '../project/read-table-change.js';
import { type BaseName, baseKey } from '../record/base-change.js';
import type { Recording } from '../record/recording.js';
import type { TimeSlices } from '../waiting/time-slices.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import { isGeneratedFor, NewChange } from './new-change.js';

/** `change` is null for an event that is none, or was recorded before; not ok: the record is a dead letter. */
export type Generated = { ok: true; change: NewChange | null } | { ok: false; reason: string };

export interface PayloadGeneratorParts {
  recording: Pick<Recording, 'bases' | 'closedLists' | 'deadLetters' | 'flushed'>;
  index: Pick<WebhookIndex, 'webhooksOfBase'>;
  slices: TimeSlices;
  logger: Pick<Logger, 'error'>;
}

/** With more bases than this in memory, a partition begins anew with what is recorded of them. */
const MOST_BASES = 10_000;
/** No change has this position. */
const BEFORE_ALL = -1n;
const NO_CHANGE: Generated = { ok: true, change: null };

/**
 * Makes payloads of changes of bases: numbers each change within its base, and projects it for each of the base's webhooks.
 * Called for the events of one partition one after the other.
 */
export class PayloadGenerator {
  readonly #parts: PayloadGeneratorParts;

  constructor(parts: PayloadGeneratorParts) {
    this.#parts = parts;
  }

  /** Looks up what is recorded of the bases that these events of the partition are about: before they are generated for. */
  async prepare(partition: OpenPartition, events: readonly IdentifiedEvent[]): Promise<void> {
    const changes = events.filter(isTableChange).flatMap((event) => {
      const name = changedBase(event);
      return 'reason' in name ? [] : [{ event, name }];
    });
    if (changes.length === 0) return;
    const { bases } = partition;
    if (bases.size > MOST_BASES) {
      await this.#parts.recording.flushed();
      bases.forget();
    }
    const names = changes.map(({ name }) => name).filter((name) => bases.get(name) === undefined);
    await this.#load(partition, names);
    const behind = changes.filter(({ event, name }) => bases.get(name)?.isBehind(event.position) === true);
    const positions = behind.map(({ event }) => event.position);
    bases.addDeadLetters(await this.#parts.recording.deadLetters(partition.partition, positions));
  }

  async generate(partition: OpenPartition, event: IdentifiedEvent): Promise<Generated> {
    if (!isTableChange(event)) return NO_CHANGE;
    const name = changedBase(event);
    if ('reason' in name) return { ok: false, reason: name.reason };
    const base = partition.bases.get(name);
    if (base === undefined) throw new Error(`base ${name.baseId} was not looked up`);
    if (base.isBehind(event.position)) {
      return partition.bases.isDeadLetter(event.position) ? { ok: false, reason: 'it is one already' } : NO_CHANGE;
    }
    await this.#breathe();
    const read = readTableChange(event.data);
    if (!read.ok) return { ok: false, reason: `its data is no table change: ${read.reason}` };
    const numbered = base.number(event, read.change);
    if (!numbered.ok) return numbered;
    const { transaction, given } = numbered;
    const projected = await this.#project(base, event, read.change, transaction);
    return { ok: true, change: new NewChange({ base, event, change: read.change, transaction, given, projected }) };
  }

  async #load({ bases }: OpenPartition, all: readonly BaseName[]): Promise<void> {
    const { recording, index } = this.#parts;
    const names = new Map(all.map((name) => [baseKey(name), name]));
    if (names.size === 0) return;
    const found = await recording.bases([...names.values()]);
    const recorded = new Map(found.map((base) => [baseKey(base), base]));
    const idsOf = ({ baseId }: BaseName) => Array.from(index.webhooksOfBase(baseId), ({ id }) => id);
    const closed = await recording.closedLists([...names.values()].flatMap(idsOf));
    for (const [key, name] of names) {
      const base = new KnownBase(name, recorded.get(key) ?? null);
      for (const id of idsOf(name)) if (closed.has(id)) base.close(id, BEFORE_ALL);
      bases.add(base);
    }
  }

  async #project(base: KnownBase, event: IdentifiedEvent, change: TableChange, transactionNumber: number) {
    const { index } = this.#parts;
    const stamp = { timestamp: timestampOf(event, change.timestamp), transactionNumber };
    const projected: { webhook: IndexedWebhook<BaseWebhook>; projection: Projection }[] = [];
    for (const webhook of [...index.webhooksOfBase(base.name.baseId)]) {
      const { accountId, createdRevision } = webhook.webhook;
      const isFor = accountId === base.name.accountId && !precedes(event.stamp, createdRevision);
      if (!isFor || !isGeneratedFor(webhook) || base.isClosed(webhook.id)) continue;
      await this.#breathe();
      const projection = this.#projected(webhook.id, () => projectChange(change, webhook.webhook, stamp));
      if (projection !== null && projection.payloads.length > 0) projected.push({ webhook, projection });
    }
    return projected;
  }

  /** No specification may make it throw; if one does, it keeps nobody else from getting the change. */
  #projected(webhookId: string, project: () => Projection): Projection | null {
    try {
      return project();
    } catch (error) {
      this.#parts.logger.error({ err: error, webhookId }, 'projection.threw');
      return null;
    }
  }

  async #breathe(): Promise<void> {
    const { slices } = this.#parts;
    if (slices.over) await slices.next();
  }
}
