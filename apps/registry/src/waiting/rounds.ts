import type { Logger } from '@sluice/service-kit/logger';
import { WakeUp } from './wake-up.js';

export interface RoundsOptions {
  /** Answers whether there may be more to do at once. */
  round: () => Promise<boolean>;
  /** How long it rests otherwise, in milliseconds. */
  restMs: number;
  /** What the log says when a round fails; the next one comes all the same. */
  failure: string;
}

/** Work that is looked for again and again, until it is stopped. */
export class Rounds {
  private readonly stopping = new WakeUp();
  private running: Promise<void> | null = null;

  constructor(
    private readonly options: RoundsOptions,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopping.ring();
    await this.running;
  }

  private async run(): Promise<void> {
    const { round, restMs, failure } = this.options;
    while (this.stopping.count === 0) {
      try {
        if (await round()) continue;
      } catch (error) {
        this.logger.error({ err: error }, failure);
      }
      await this.stopping.since(0, restMs);
    }
  }
}
