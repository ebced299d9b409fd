import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@sluice/service-kit/logger';
import { Rounds } from '@sluice/service-kit/rounds';
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
  readonly #rounds: Rounds;

  constructor(parts: JobLoopParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({
      round: () => this.#round(),
      idleMs: IDLE_MS,
      // The job under way is done again when its lease is over.
      failed: (error) => parts.logger.warn({ err: error }, 'jobs.round_failed'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  /** There may be a job to do now. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Ends after the step under way. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #round(): Promise<void> {
    const { runner, mayStep } = this.#parts;
    if (!mayStep() || !(await runner.step())) return;
    await pause(BETWEEN_MS);
    this.#rounds.wake();
  }
}
