import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@sluice/testing/stack/built-process';
import { expect, it } from 'vitest';
import { MAX_UNRECORDED, onBothStreams } from './src/both-streams.js';
import { FaultRun } from './src/fault-run.js';

/** Promises 1, 2, 4 and 5 over processes that stand still and wake up: nobody told them that time went by. */
const LIMIT_MS = 300_000;
/** An index is good for 5 s, a partition's lease for 6 s, a session on Kafka for 10 s. */
const INDEX_GOES_OLD_MS = 8_000;
const EVERY_LEASE_ENDS_MS = 15_000;

onBothStreams(2, (installation, stream) => {
  it(
    'a registry that stands still stops attempts, and what was asked of it holds when it goes on',
    async () => {
      const { stack, ledger } = installation();
      const run = await FaultRun.begin(`stalled registry, ${stream}`, stack.client, ledger, () => stack.says());
      const page = ledger.open('/deleted');
      const { webhook_id: webhookId, signing_secret: secret } = await stack.client.createWebhook({
        endpoint: page.url,
        event_type: 'follow.created',
      });
      page.verifyWith(secret);
      await run.flows();
      await eventually('an arrival before the deletion', async () => page.arrivals > 0);

      stack.signal('registry', 'SIGSTOP');
      const deleted = stack.client.unsubscribe(webhookId);
      await sleep(INDEX_GOES_OLD_MS);
      const inTheStall = run.arrivals;
      await sleep(500);
      expect(run.arrivals).toBe(inTheStall);
      stack.signal('registry', 'SIGCONT');

      const { status } = await deleted;
      if (status !== 200) expect((await stack.client.unsubscribe(webhookId)).status).toBe(200);
      const atDeletion = page.arrivals;
      await run.flows();
      expect(page.arrivals).toBe(atDeletion);
      await run.close({ duplicates: 0 });
    },
    LIMIT_MS,
  );

  it(
    'a dispatcher that wakes after others took its partitions writes nothing, and order holds',
    async () => {
      const { stack, ledger } = installation();
      const run = await FaultRun.begin(`late zombie, ${stream}`, stack.client, ledger, () => stack.says());
      await run.flows();
      stack.signal('dispatcher-1', 'SIGSTOP');
      await sleep(EVERY_LEASE_ENDS_MS);
      await run.flows();
      stack.signal('dispatcher-1', 'SIGCONT');
      await run.load.acknowledges(200);
      await run.flows();
      await run.close({ duplicates: MAX_UNRECORDED });
    },
    LIMIT_MS,
  );
});
