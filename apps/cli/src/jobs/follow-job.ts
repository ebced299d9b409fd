import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from '../api/api-client.js';
import { CommandFailure, EXIT } from '../command-failure.js';
import { remark, type Shown, showOne } from '../terminal/show.js';
import { drawProgress, endProgress } from './progress-line.js';

const POLL_MS = 500;

/**
 * Shows how far a job is until it ends. Ctrl-C leaves it going on and says so, or cancels it where that was asked for.
 *
 * @throws {CommandFailure} when the job does not end as `done`.
 */
export async function followJob(api: ApiClient, id: string, options: Shown & { cancels: boolean }): Promise<void> {
  const path = `/v1/jobs/${encodeURIComponent(id)}`;
  const stop = new AbortController();
  const interrupted = once(process, 'SIGINT', { signal: stop.signal }).then(
    () => true,
    () => false,
  );
  try {
    for (;;) {
      const job = await api.ask('GET', path);
      drawProgress(job.body);
      if (job.body.state !== 'running') return ended(job, id, options);
      if (await Promise.race([interrupted, sleep(POLL_MS, false)])) break;
    }
  } finally {
    stop.abort();
    endProgress();
  }
  if (!options.cancels) {
    remark(`The job goes on: sluice jobs get ${id}, sluice jobs cancel ${id}`);
    return;
  }
  await api.ask('POST', `${path}/cancel`);
  remark(`Cancelled ${id}; what it made stays.`);
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
