import type { Logger } from '@sluice/service-kit/logger';
import type { JobRunner } from './job-runner.js';

export interface JobLoopParts {
  runner: Pick<JobRunner, 'step'>;
  /** Whether anything may be made now: not while the webhooks are not known as they are. */
  mayStep: () => boolean;
  logger: Logger;
}

/** Jobs are looked for so often when nobody says that there are some: another dispatcher may have been asked for them. */
const IDLE_MS = 1_000;
/** Between two steps, for all else that is to be done. */
const BETWEEN_MS = 10;

/** Does the steps of jobs, one after the other, as they become due. */
export class JobLoop {
  readonly #parts: JobLoopParts;
  #loop: Promise<void> | null = null;
  #stopped = false;
  #woken = false;
  #wake: () => void = () => {};

  constructor(parts: JobLoopParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There may be a job to do now. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Ends after the step under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      const stepped = await this.#step();
      await this.#pause(stepped ? BETWEEN_MS : IDLE_MS);
    }
  }

  async #step(): Promise<boolean> {
    const { runner, mayStep, logger } = this.#parts;
    if (!mayStep()) return false;
    try {
      return await runner.step();
    } catch (error) {
      // The job under way is done again when its lease is over.
      logger.warn({ err: error }, 'jobs.round_failed');
      return false;
    }
  }

  #pause(milliseconds: number): Promise<void> {
    if (this.#stopped || this.#woken) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
    });
  }
}
