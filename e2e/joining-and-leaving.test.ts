import { expect, it } from 'vitest';
import { onBothStreams } from './src/both-streams.js';
import { FaultRun } from './src/fault-run.js';

/** Promises 1 and 2 while dispatchers come and go in good order: nothing is lost, and nothing is sent again. */
const LIMIT_MS = 300_000;

onBothStreams(1, (installation, stream) => {
  it(
    'dispatchers join under load and leave by SIGTERM while endpoints hang',
    async () => {
      const { stack, ledger } = installation();
      const run = await FaultRun.begin(`joining and leaving, ${stream}`, stack.client, ledger, () => stack.says());
      await run.flows();
      const second = await stack.join();
      await run.flows();
      // 0 is only for a drain that ended within its 30 s.
      expect(await stack.end('dispatcher-0', 'SIGTERM')).toBe(0);
      await run.flows();
      await stack.launch('dispatcher-0');
      await run.flows();
      expect(await stack.end(second, 'SIGTERM')).toBe(0);
      await run.flows();
      await run.close({ duplicates: 0 });
    },
    LIMIT_MS,
  );
});
