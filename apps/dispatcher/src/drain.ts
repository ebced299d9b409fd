import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';
import { EndpointClient } from './deliver/endpoint-client.js';
import { LETTERS_POOL, POOL, RECORDING_POOL } from './dispatcher.module.js';
import { DisabledNews } from './health/disabled-news.js';
import { StreakWatch } from './health/streak-watch.js';
import { Intake } from './intake/intake.js';
import { Membership } from './intake/membership.js';
import { JobLoop } from './jobs/job-loop.js';
import { NotesRelay } from './notes/notes-relay.js';
import { OperationalRelay } from './operational/operational-relay.js';
import { Pipeline } from './pipeline.js';
import { RecentEvents } from './preview/recent-events.js';
import { Recorder } from './record/recorder.js';
import { Retention } from './retention/retention.js';
import { ClaimLoop } from './retry/claim-loop.js';
import { RegistryFollower } from './webhooks/registry-follower.js';

/**
 * By when each part of a drain is over, from its beginning; the process is ended at 30 s. Attempts have 20 s of their own.
 * What is not done by then is done again by the next owner of it: partitions and rows come free when their leases end.
 */
const UNTIL_MS = { attempts: 21_000, recorded: 26_000, closed: 27_000 };

/**
 * Takes nothing more: what waits is parked and the partitions are given up at once, attempts under way go on under leases,
 * to their deadline at the latest. Resolves when everything is recorded and let go of, or when it is time to end without:
 * a database that can't be reached keeps no process from ending in good order.
 */
export async function drain(app: INestApplicationContext, logger: Logger): Promise<void> {
  const beganMs = performance.now();
  const step = async (name: keyof typeof UNTIL_MS, work: Promise<unknown>): Promise<void> => {
    const leftMs = UNTIL_MS[name] - (performance.now() - beganMs);
    if (!(await endsWithin(leftMs, work, logger))) logger.warn({ step: name }, 'drain.step_not_finished');
  };
  app.get(Intake).stop();
  const given = [
    app.get(ClaimLoop).stop(),
    app.get(NotesRelay).stop(),
    app.get(DisabledNews).stop(),
    app.get(StreakWatch).stop(),
    app.get(OperationalRelay).stop(),
    app.get(JobLoop).stop(),
    app.get(Pipeline).drain(),
    app.get(Membership).leave(),
  ];
  await step('attempts', Promise.allSettled(given).then(throwFirst));
  await step('recorded', app.get(Recorder).stop());
  app.get(Intake).letGo();
  await step('closed', close(app));
}

async function close(app: INestApplicationContext): Promise<void> {
  await app.get(RegistryFollower).stop();
  await app.get(EndpointClient).close();
  await app.get(Retention).stop();
  await app.get(RecentEvents).stop();
  await app.get<Pool>(POOL).end();
  await app.get<Pool>(RECORDING_POOL).end();
  await app.get<Pool>(LETTERS_POOL).end();
}

function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** False when the work is not done by then, or failed. */
async function endsWithin(milliseconds: number, work: Promise<unknown>, logger: Logger): Promise<boolean> {
  const ended = work.then(
    () => true,
    (error: unknown) => {
      logger.warn({ err: error }, 'drain.step_failed');
      return false;
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, milliseconds));
  });
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}
