import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseLine } from '@sluice/testing/database-line';
import { type Ending, OwnPostgres } from '@sluice/testing/own-postgres';
import { expect, it } from 'vitest';
import { type Ground, MAX_UNRECORDED, onBothStreams } from './src/both-streams.js';
import { FaultRun } from './src/fault-run.js';
import { killsOr } from './src/random.js';

/** Promises 1 and 2 while what Sluice stands on goes away and comes back: it goes on by itself. */
const CUTS = killsOr(6);
const LIMIT_MS = 300_000 + CUTS * 10_000;
const AWAY_MS = 2_000;

let postgres: OwnPostgres;
/** Between the dispatchers and PostgreSQL. */
let line: DatabaseLine;

const ownPostgres = async (): Promise<Ground> => {
  postgres = await OwnPostgres.start();
  line = await DatabaseLine.to(postgres.url);
  const close = async () => {
    await line.close();
    await postgres.close();
  };
  return { databaseUrl: postgres.url, dispatcherDatabaseUrl: line.url, close };
};

const cases: Parameters<typeof onBothStreams>[1] = (installation, stream) => {
  it(
    'PostgreSQL does not answer a COMMIT, and is stopped in the middle of recording, and started',
    async () => {
      const { stack, ledger } = installation();
      const run = await FaultRun.begin(`outages of PostgreSQL, ${stream}`, stack.client, ledger, () => stack.says());
      for (let cut = 0; cut < CUTS; cut++) {
        await run.flows();
        await atCommit('answered', async () => {});
      }
      await run.flows();
      expect(run.duplicates).toBe(0);

      const endings: Ending[] = ['fast', 'immediate'];
      for (const ending of endings) {
        await run.flows();
        await atCommit('sent', () => postgres.end(ending));
        await sleep(AWAY_MS);
        await postgres.start();
      }
      await run.flows();
      // While it is away a partition may change hands.
      await run.close({ duplicates: endings.length * MAX_UNRECORDED });
    },
    LIMIT_MS,
  );

  if (stream === 'kafka') {
    it(
      'the broker is killed, and stopped in good order, and started',
      async () => {
        const { stack, ledger, broker } = installation();
        const run = await FaultRun.begin('outages of the broker', stack.client, ledger, () => stack.says());
        const ends = [() => broker?.kill(), () => broker?.shutDown()];
        for (const end of ends) {
          await run.flows();
          await end();
          await sleep(AWAY_MS);
          await broker?.start();
          await run.load.acknowledges(100);
        }
        await run.flows();
        await run.close({ duplicates: ends.length * MAX_UNRECORDED });
      },
      LIMIT_MS,
    );
  }
};

onBothStreams(2, cases, ownPostgres);

/** Of the next transaction that records something the COMMIT, or the answer to it, does not arrive. */
async function atCommit(when: 'sent' | 'answered', meanwhile: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let found = false;
    line.interfere = ({ name, transaction }) => {
      if (found || name !== 'commit' || !transaction?.some((statement) => statement.includes('dispatch.'))) return null;
      found = true;
      const act = async () => {
        await meanwhile().then(resolve, reject);
        return 'cut' as const;
      };
      return { when, act };
    };
  });
  line.interfere = () => null;
}
