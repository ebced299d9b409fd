import type { TableChange } from '@sluice/contracts/table-change';
import type { IdentifiedEvent } from '../model/delivery.js';
import { type BaseName, baseKey } from '../record/base-change.js';
import type { RecordedBase } from '../record/read-bases.js';

type Numbered = { ok: true; transaction: number; given: boolean } | { ok: false; reason: string };

/** A base as it will be once everything that was handed in for it is recorded. */
export class KnownBase {
  readonly name: BaseName;
  #recorded: Omit<RecordedBase, keyof BaseName> | null;
  /** Webhooks whose error payload was projected, with the position of the change that did it. */
  readonly #closed = new Map<string, bigint>();

  constructor(name: BaseName, recorded: RecordedBase | null) {
    this.name = name;
    this.#recorded = recorded;
  }

  /** A change at this position was recorded, or is a dead letter: changes come in the order of their positions. */
  isBehind(position: bigint): boolean {
    return this.#recorded !== null && position <= this.#recorded.lastPosition;
  }

  /** The number of the transaction that the change is in its base, or why it can have none. Changes nothing. */
  number({ partition }: IdentifiedEvent, { baseTransactionNumber: number }: TableChange): Numbered {
    const { baseId } = this.name;
    const recorded = this.#recorded;
    const given = number !== undefined;
    if (recorded === null) return { ok: true, transaction: number ?? 1, given };
    if (recorded.partition !== partition) {
      const reason = `the changes of base ${baseId} come in partition ${recorded.partition}, this one came in partition ${partition}`;
      return { ok: false, reason };
    }
    if (recorded.given !== given) {
      const rule = recorded.given ? 'are given a baseTransactionNumber' : 'are numbered by Sluice';
      const isNot = given ? 'has' : 'has no';
      return {
        ok: false,
        reason: `the changes of base ${baseId} ${rule}, and this one ${isNot} baseTransactionNumber`,
      };
    }
    const transaction = number ?? recorded.lastTransaction + 1;
    if (transaction > recorded.lastTransaction) return { ok: true, transaction, given };
    const reason = `baseTransactionNumber ${transaction} does not rise: that of the change before it is ${recorded.lastTransaction}`;
    return { ok: false, reason };
  }

  /** The change is handed in: the next one follows it. */
  advance({ partition, position }: IdentifiedEvent, transaction: number, given: boolean): void {
    this.#recorded = { partition, given, lastTransaction: transaction, lastPosition: position };
  }

  isClosed(webhookId: string): boolean {
    return this.#closed.has(webhookId);
  }

  close(webhookId: string, position: bigint): void {
    if (!this.#closed.has(webhookId)) this.#closed.set(webhookId, position);
  }

  /** The change at this position is not recorded after all: what it closed is open. */
  reopen(position: bigint): void {
    for (const [webhookId, closedAt] of this.#closed) if (closedAt === position) this.#closed.delete(webhookId);
  }
}

/** The bases of one partition under one epoch, as far as changes of them came. */
export class KnownBases {
  readonly #bases = new Map<string, KnownBase>();
  /** Positions of records that were handed out again and are dead letters. */
  readonly #deadLetters = new Set<bigint>();

  get size(): number {
    return this.#bases.size;
  }

  get(name: BaseName): KnownBase | undefined {
    return this.#bases.get(baseKey(name));
  }

  add(base: KnownBase): void {
    this.#bases.set(baseKey(base.name), base);
  }

  /** Only when everything that was handed in for them is recorded. */
  forget(): void {
    this.#bases.clear();
  }

  isDeadLetter(position: bigint): boolean {
    return this.#deadLetters.has(position);
  }

  addDeadLetters(positions: Iterable<bigint>): void {
    for (const position of positions) this.#deadLetters.add(position);
  }

  /** The event is not recorded after all. */
  unrecordable({ position }: IdentifiedEvent): void {
    for (const base of this.#bases.values()) base.reopen(position);
  }
}
