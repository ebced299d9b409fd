import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@sluice/service-kit/logger';
import { refusalOf } from './refusal.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Tries what the database must do until it is done: a database that is away comes back. */
export class Persistence {
  readonly #problems = new Map<string, string>();
  #abandoned = false;

  constructor(readonly logger: Logger) {}

  /** What does not succeed at the moment and why; null while all is well. */
  problem(): string | null {
    return this.#problems.size === 0 ? null : [...this.#problems.values()].join('; ');
  }

  /** What is under way fails with its next error, and nothing is tried twice any more. */
  abandon(): void {
    this.#abandoned = true;
  }

  /** Throws only when the data are refused (`refusalOf`), or after `abandon`. The operation gets the number of the try. */
  async persist<T>(what: string, operation: (tries: number) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        const result = await operation(tries);
        this.#problems.delete(what);
        return result;
      } catch (error) {
        if (refusalOf(error) !== null || this.#abandoned) {
          this.#problems.delete(what);
          throw error;
        }
        this.#problems.set(what, `can't ${what}: ${(error as Error).message}`);
        this.logger.warn({ error, what, tries: tries + 1 }, 'storage.retried');
        await sleep(Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
      }
    }
  }
}
