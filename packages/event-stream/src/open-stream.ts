import type { EventStream } from './event-stream.js';
import type { KafkaLog, KafkaSettings } from './kafka/settings.js';
import type { PostgresStreamOptions } from './postgres/postgres-stream.js';

/** Which log an installation uses; one of the two is there. */
export interface StreamChoice {
  /** Selects Kafka. */
  kafka?: Omit<KafkaSettings, 'logger'>;
  /** The stream when `kafka` is absent; beside it, the log that the installation may be moving away from. */
  postgres?: Omit<PostgresStreamOptions, 'logger'>;
  /** Topics that must be worked off before a move, even if no group has ever read them. */
  consumed?: readonly string[];
}

/** Opening another log now would leave records behind that some group has not passed. */
export class StreamMoveRefused extends Error {
  override readonly name = 'StreamMoveRefused';
  constructor(readonly orphaned: bigint) {
    super(
      `the Postgres stream still holds ${orphaned} records that have not been worked off, and a start on Kafka would ` +
        'orphan them: start without KAFKA_BROKERS and without publishers until this number is 0, then start again',
    );
  }
}

/**
 * Opens the stream that the configuration chooses; only the chosen adapter is loaded. Throws {@link StreamMoveRefused}
 * when Kafka is chosen while the Postgres log given beside it is not worked off.
 */
export async function openStream(
  { kafka, postgres, consumed = [] }: StreamChoice,
  logger?: KafkaLog,
): Promise<EventStream> {
  if (kafka !== undefined) {
    if (postgres !== undefined) {
      const { orphanedRecords } = await import('./postgres/orphaned-records.js');
      const orphaned = await orphanedRecords(postgres.connectionString, consumed);
      if (orphaned > 0n) throw new StreamMoveRefused(orphaned);
    }
    const { openKafkaStream } = await import('./kafka/kafka-stream.js');
    return openKafkaStream({ ...kafka, logger });
  }
  if (postgres === undefined) throw new Error('no stream is configured: give it a database or Kafka brokers');
  const { openPostgresStream } = await import('./postgres/postgres-stream.js');
  return openPostgresStream({ ...postgres, logger });
}
