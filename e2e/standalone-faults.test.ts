import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger } from '@sluice/testing/ledger';
import { SOURCE } from '@sluice/testing/stack/follow-events';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FaultRun } from './src/fault-run.js';
import { killsOr } from './src/random.js';

/** Promises 1 and 2 of everything in one process: nothing acknowledged is lost, and a kill sends at most MAX_UNRECORDED again. */
const KILLS = killsOr(4);
const MAX_UNRECORDED = 1_024;
const LIMIT_MS = 180_000 + KILLS * 30_000;

let sluice: Standalone;
let ledger: Ledger;

beforeAll(async () => {
  [sluice, ledger] = await Promise.all([Standalone.start(), Ledger.start(SOURCE)]);
});

afterAll(async () => {
  await ledger.close();
  await sluice.remove();
});

it(
  'loses nothing over kill -9 at random moments, whatever endpoints do',
  async () => {
    const run = await FaultRun.begin('standalone, kill -9', sluice.client, ledger);
    for (let kill = 0; kill < KILLS; kill++) {
      await run.flows();
      await sleep(run.random.between(0, 1_500));
      await sluice.process.end('SIGKILL');
      await sluice.launch();
    }
    await run.close({ duplicates: KILLS * MAX_UNRECORDED });
  },
  LIMIT_MS,
);

it(
  'ends on SIGTERM in good order while endpoints hang, and sends nothing again that was answered in time',
  async () => {
    const run = await FaultRun.begin('standalone, SIGTERM', sluice.client, ledger);
    await run.flows();
    // 0 is only for a drain that ended within its 30 s.
    expect(await sluice.process.end('SIGTERM')).toBe(0);
    await sluice.launch();
    await run.flows();
    await run.close({ duplicates: 0 });
  },
  LIMIT_MS,
);

it(
  'goes on by itself when its PostgreSQL is killed',
  async () => {
    const run = await FaultRun.begin('standalone, PostgreSQL killed', sluice.client, ledger);
    for (const signal of ['SIGKILL', 'SIGQUIT'] as const) {
      await run.flows();
      process.kill(sluice.databasePid, signal);
      await run.load.acknowledges(100);
    }
    await run.flows();
    await run.close({ duplicates: 0 });
  },
  LIMIT_MS,
);
