import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { Ledger } from '@sluice/testing/ledger';
import { createDatabase } from '@sluice/testing/postgres';
import { SOURCE } from '@sluice/testing/stack/follow-events';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { afterAll, beforeAll, describe } from 'vitest';

/** So many deliveries may be sent again after a crash: fewer than by default, so that a test can tell whether it is kept to. */
export const MAX_UNRECORDED = 256;

/** Every service in a process of its own, on a broker or on PostgreSQL alone, and the endpoints that it delivers to. */
export interface Installation {
  stack: ServiceStack;
  ledger: Ledger;
  /** Null where the stream is in PostgreSQL. */
  broker: KafkaBroker | null;
}

/** What an installation stands on, and how that is taken away again. */
export interface Ground {
  databaseUrl: string;
  dispatcherDatabaseUrl?: string;
  close(): Promise<void>;
}

/**
 * The same cases on the Postgres stream and on Kafka.
 *
 * @param prepare an empty database; by default one on the run's PostgreSQL.
 */
export function onBothStreams(
  dispatchers: number,
  cases: (installation: () => Installation, stream: 'postgres' | 'kafka') => void,
  prepare: () => Promise<Ground> = runsDatabase,
): void {
  describe('on the Postgres stream', () => cases(installed(dispatchers, prepare, null), 'postgres'));
  describeOwnKafka('on Kafka', () => cases(installed(dispatchers, prepare, startKafkaBroker), 'kafka'));
}

const runsDatabase = async (): Promise<Ground> => {
  const { url, close } = await createDatabase();
  return { databaseUrl: url, close };
};

function installed(
  dispatchers: number,
  prepare: () => Promise<Ground>,
  startBroker: (() => Promise<KafkaBroker>) | null,
): () => Installation {
  let ground: Ground;
  let installation: Installation;

  beforeAll(async () => {
    const [broker, ledger, prepared] = await Promise.all([startBroker?.() ?? null, Ledger.start(SOURCE), prepare()]);
    ground = prepared;
    const environment = { MAX_UNRECORDED: String(MAX_UNRECORDED) };
    const stack = await ServiceStack.start({ ...ground, brokers: broker?.brokers, dispatchers, environment });
    installation = { stack, ledger, broker };
  });

  afterAll(async () => {
    // First, so that no drain waits for an endpoint that hangs.
    await installation?.ledger.close();
    await installation?.stack.stop();
    await ground?.close();
    await installation?.broker?.stop();
  });

  return () => installation;
}
