import type { EventStamp } from '@sluice/contracts/event-record';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Logger } from './logger.js';

/** How long events wait for the registry to say its revision. */
const ANSWER_LIMIT_MS = 1_000;

/**
 * The registry's revision as of now: events are stamped with it, and matched only by an index that has it, so that a
 * subscriber's own writes count (docs/architecture.md section 4). One question is under way at a time; who comes while
 * it is waits for the next one, since the answer under way may be older than what he has in hand.
 */
export class Revisions {
  private highest = 0;
  private underWay: Promise<boolean> | null = null;
  private next: Promise<boolean> | null = null;

  constructor(
    private readonly registry: Pick<Registry, 'revision'>,
    private readonly logger: Logger,
    private readonly answerLimitMs = ANSWER_LIMIT_MS,
  ) {}

  /** A revision read after this call; the highest seen, not exact, when the registry gives none in time. Never throws. */
  async current(): Promise<Pick<EventStamp, 'revision' | 'exact'>> {
    const reading = this.read();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), this.answerLimitMs);
    });
    const exact = await Promise.race([reading, late]);
    clearTimeout(timer);
    return { revision: this.highest, exact };
  }

  /** A command's answer told a revision: nothing older is good enough from here on. */
  seen(revision: number): void {
    this.highest = Math.max(this.highest, revision);
  }

  /** Whether the registry answered. */
  private read(): Promise<boolean> {
    if (this.underWay === null) {
      this.underWay = this.ask().finally(() => {
        this.underWay = null;
      });
      return this.underWay;
    }
    this.next ??= this.underWay.then(() => {
      this.next = null;
      return this.read();
    });
    return this.next;
  }

  private async ask(): Promise<boolean> {
    try {
      const { revision } = await this.registry.revision({});
      this.seen(revision);
      return true;
    } catch (error) {
      this.logger.warn({ err: error, stampedWith: this.highest }, 'revision.unknown');
      return false;
    }
  }
}
