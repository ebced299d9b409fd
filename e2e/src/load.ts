import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow } from '@sluice/testing/stack/follow-events';
import type { PublishedEvent, SluiceClient } from '@sluice/testing/stack/sluice-client';

const RETRY_MS = 100;
/** Enough different keys to fill every partition. */
const SUBJECTS = 64;

const followOf = (number: number): PublishedEvent => follow(number, `subject-${number % SUBJECTS}`);

/**
 * A publisher as careful users write it: it sends batch after batch and repeats one, under the same ids, until it was
 * acknowledged. What it counts as sent is what Sluice answered 202 for, by the publisher's own books.
 */
export class Load {
  /** Numbers of the events that were acknowledged. */
  readonly acknowledged = new Set<number>();
  private next: number;
  private stopped = false;
  private abandoned = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly client: () => SluiceClient,
    private readonly options: {
      batch: number;
      pauseMs: number;
      from?: number;
      /** Whether, with so many acknowledged, the next batch may go. */
      goesOn?: (acknowledged: number) => boolean;
      event?: (number: number) => PublishedEvent;
    },
  ) {
    this.next = options.from ?? 0;
    this.ended = this.run();
  }

  /** Ends after the batch under way has been acknowledged. */
  stop(): Promise<void> {
    this.stopped = true;
    return this.ended;
  }

  /** Ends now; what was sent last may not have been acknowledged. */
  abandon(): void {
    this.stopped = true;
    this.abandoned = true;
  }

  /** Resolves when so many more events than now have been acknowledged. */
  async acknowledges(more: number): Promise<void> {
    const wanted = this.acknowledged.size + more;
    await eventually(`${wanted} acknowledgements`, async () => this.acknowledged.size >= wanted);
  }

  private async run(): Promise<void> {
    const { batch, pauseMs, event = followOf, goesOn = () => true } = this.options;
    while (!this.stopped) {
      if (!goesOn(this.acknowledged.size)) {
        await sleep(RETRY_MS);
        continue;
      }
      const numbers = Array.from({ length: batch }, () => this.next++);
      const events = numbers.map(event);
      while (!(await this.accepted(events))) {
        if (this.abandoned) return;
        await sleep(RETRY_MS);
      }
      for (const number of numbers) this.acknowledged.add(number);
      await sleep(pauseMs);
    }
  }

  private async accepted(events: Parameters<SluiceClient['publishBatch']>[0]): Promise<boolean> {
    try {
      const { status, body } = await this.client().publishBatch(events);
      if (status === 202) return true;
      if (status === 503 || status === 429) return false;
      throw new Error(`publishing answered ${status}: ${JSON.stringify(body)}`);
    } catch (error) {
      // The service is down, or went down while it had our request: whether it took the batch is not known.
      if (error instanceof TypeError || error instanceof SyntaxError) return false;
      throw error;
    }
  }
}
