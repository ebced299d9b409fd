import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { Bases } from '@sluice/contracts/base-commands';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { ClientBase, Pool } from 'pg';
import { whileLocked } from '../database/locked-work.js';
import { readNote } from './note.js';
import { deleteNotes, oldestNoteMs, readNotes, type StoredNote } from './read-notes.js';

export interface NotesRelayParts {
  pool: Pool;
  registry: Pick<Bases, 'learnSchema'> & Pick<AirtableWebhooks, 'invalidateWebhook'>;
  clock: Clock;
  logger: Logger;
}

/** Notes are looked for so often when nobody says that there are some: another dispatcher may have left them. */
const IDLE_MS = 1_000;
const PAGE = 100;
/** So many refusals one after the other: it is the registry that is away, and not a note that it can't take. */
const MOST_FAILURES = 3;
/** Notes that wait longer than this are a problem. */
const LATE_MS = 30_000;
/** Any number that nothing else locks in this database. */
const ADVISORY_LOCK = 7_105_841_003;

/**
 * Tells the registry what was recorded for it, in the order in which it was: one dispatcher at a time, and no note of a
 * subject before the ones that came earlier. A note goes once it is answered, so it may be told twice; the registry takes
 * that. While the registry is away the notes wait, and nothing else waits for them.
 */
export class NotesRelay {
  readonly #parts: NotesRelayParts;
  #loop: Promise<void> | null = null;
  #stopped = false;
  #woken = false;
  /** Something was not told in the last round: then nobody's waking makes the next one come sooner. */
  #failed = false;
  /** Subjects of notes that were not told, the one first that waits longest to be tried again. */
  readonly #stuck = new Set<string>();
  #wake: () => void = () => {};
  #waitsMs = 0;
  #fault: string | null = null;

  constructor(parts: NotesRelayParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There may be notes now. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  problem(): string | null {
    if (this.#waitsMs < LATE_MS) return null;
    const because = this.#fault === null ? '' : `: ${this.#fault}`;
    return `the registry has not been told of recorded changes for ${Math.round(this.#waitsMs / 1_000)} s${because}`;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      this.#failed = false;
      try {
        const { pool, clock } = this.#parts;
        const waitsMs = await oldestNoteMs(pool, clock.shiftMs);
        this.#waitsMs = waitsMs ?? 0;
        if (waitsMs === null) this.#nothingWaits();
        else await whileLocked(pool, ADVISORY_LOCK, (client) => this.#relayAll(client));
      } catch (error) {
        this.#failed = true;
        this.#parts.logger.warn({ err: error }, 'notes.round_failed');
      }
      await this.#pause();
    }
  }

  #nothingWaits(): void {
    this.#fault = null;
    this.#stuck.clear();
  }

  /**
   * Of the subjects that are stuck one is tried in a round: all of them failing, be they thousands, costs little, and does not
   * pass for the registry being away.
   */
  async #relayAll(client: ClientBase): Promise<void> {
    const [retried] = this.#stuck;
    if (retried !== undefined) this.#stuck.delete(retried);
    const held = new Set(this.#stuck);
    let after = 0n;
    for (;;) {
      const notes = await readNotes(client, after, PAGE);
      const told: bigint[] = [];
      let failures = 0;
      for (const note of notes) {
        if (this.#stopped || failures === MOST_FAILURES) break;
        after = note.id;
        if (held.has(note.subject)) continue;
        if (await this.#tell(note)) {
          told.push(note.id);
          failures = 0;
          // Whatever kept the others is perhaps over, too.
          if (note.subject === retried) this.#stuck.clear();
        } else {
          held.add(note.subject);
          this.#stuck.add(note.subject);
          failures += 1;
        }
      }
      await deleteNotes(client, told);
      if (notes.length === 0 || failures === MOST_FAILURES || this.#stopped) return;
    }
  }

  /** Whether the registry answered. */
  async #tell(stored: StoredNote): Promise<boolean> {
    const { registry, logger } = this.#parts;
    try {
      const note = readNote(stored);
      if (note.kind === 'schema_learnt') {
        await registry.learnSchema({ accountId: note.accountId, baseId: note.baseId, tables: [...note.tables] });
      } else {
        await registry.invalidateWebhook({ webhookId: note.webhookId, reason: note.reason });
      }
      return true;
    } catch (error) {
      this.#failed = true;
      this.#fault = error instanceof Error ? error.message : String(error);
      logger.warn({ err: error, kind: stored.kind, subject: stored.subject, id: `${stored.id}` }, 'note.not_told');
      return false;
    }
  }

  #pause(): Promise<void> {
    if (this.#stopped || (this.#woken && !this.#failed)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, IDLE_MS);
      this.#wake = () => {
        if (this.#stopped || !this.#failed) done();
      };
    });
  }
}
