import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { MAX_UNRECORDED, onBothStreams } from './src/both-streams.js';
import { FaultRun } from './src/fault-run.js';
import { killsOr } from './src/random.js';

/** Promises 1 and 2, every service in a process of its own. */
const KILLS = killsOr(6);

onBothStreams(2, (installation, stream) => {
  it(
    'loses nothing over kill -9 of each service at random moments, whatever endpoints do',
    async () => {
      const { stack, ledger } = installation();
      const run = await FaultRun.begin(`kill-services, ${stream}`, stack.client, ledger, () => stack.says());
      const names = stack.names;
      let dispatchersKilled = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        // Each of them at least once, in an order that chance gives afterwards.
        const name = kill < names.length ? (names[kill] as string) : run.random.pick(names);
        await run.flows();
        await sleep(run.random.between(0, 1_500));
        await stack.end(name, 'SIGKILL');
        await stack.launch(name);
        if (name.startsWith('dispatcher')) dispatchersKilled++;
      }
      expect(dispatchersKilled).toBeGreaterThan(0);
      await run.close({ duplicates: dispatchersKilled * MAX_UNRECORDED });
    },
    180_000 + KILLS * 30_000,
  );
});
