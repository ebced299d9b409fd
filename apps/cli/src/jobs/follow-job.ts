import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from '../api/api-client.js';
import { untilInterrupted } from '../api/interruption.js';
import { CommandFailure, EXIT } from '../failure/command-failure.js';
import { remark, type Shown, showOne } from '../terminal/show.js';
import { drawProgress, endProgress } from './progress-line.js';

const POLL_MS = 500;
/** Questions in a row without an answer: a restart of Sluice is waited for, half a minute. */
const MOST_MISSED = 60;

/**
 * Shows how far a job is until it ends. Ctrl-C leaves it going on and says so, or cancels it where that was asked for.
 *
 * @throws {CommandFailure} when the job did not end as `done`, by then.
 */
export async function followJob(api: ApiClient, id: string, options: Shown & { cancels: boolean }): Promise<void> {
  const path = `/v1/jobs/${encodeURIComponent(id)}`;
  const signal = untilInterrupted();
  remark(`Following ${id}. Ctrl-C ${options.cancels ? 'cancels it' : 'leaves it going on'}.`);
  let missed = 0;
  try {
    while (!signal.aborted) {
      const job = await api.ask('GET', path, { signal }).catch((error: CommandFailure) => {
        missed += 1;
        if (!signal.aborted && (error.exitCode !== EXIT.unreachable || missed > MOST_MISSED)) throw error;
        return null;
      });
      if (job !== null) {
        missed = 0;
        drawProgress(job.body);
        if (job.body.state !== 'running') return ended(job, id, options);
      }
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    endProgress();
  }
  if (options.cancels) {
    await api.ask('POST', `${path}/cancel`);
    throw new CommandFailure(`Cancelled ${id}; what it made stays.`, EXIT.interrupted);
  }
  throw new CommandFailure(`The job goes on: sluice jobs get ${id}, sluice jobs cancel ${id}`, EXIT.interrupted);
}

function ended(job: ApiAnswer, id: string, shown: Shown): void {
  const { state, reason, progress } = job.body as {
    state: string;
    reason: string | null;
    progress: { inserted: number };
  };
  endProgress();
  showOne(shown, job, `${state} ${id}: ${progress.inserted} deliveries`);
  if (state !== 'done')
    throw new CommandFailure(`sluice: the job is ${state}: ${reason ?? 'no reason is known'}`, EXIT.refused);
}
