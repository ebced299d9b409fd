import { type DynamicModule, Module } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Sources } from '@sluice/contracts/sources';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { TopicReader, TopicReading } from '@sluice/event-stream/kafka/topic-reader';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Metrics } from '@sluice/service-kit/metrics';
import { Revisions } from '@sluice/service-kit/revisions';
import { ulid } from 'ulid';
import { ImporterMetrics } from './publish/importer-metrics.js';
import { Publisher } from './publish/publisher.js';
import { Retries } from './retries/retries.js';
import { SourceSync } from './sources/source-sync.js';

/** What the importer works with and does not own. */
export interface ImporterSurroundings {
  logger: Logger;
  clock: Clock;
  stream: Pick<EventStream, 'publish'>;
  /** Reads a topic of the stream's cluster. */
  open: (reading: TopicReading) => Pick<TopicReader, 'problem' | 'progress' | 'stop'>;
  metrics: Metrics;
  registry: Pick<Registry, 'revision'> & Pick<Sources, 'syncSources'>;
}

@Module({})
class ImporterModule {}

/** The wiring of the importer. `instance` is its stable name in the groups of sources. */
export function importerModule(instance: string, surroundings: ImporterSurroundings): DynamicModule {
  const { logger, clock, stream, open, registry } = surroundings;
  const metrics = new ImporterMetrics(surroundings.metrics);
  const publisher = new Publisher(stream, new Revisions(registry, logger), clock, logger);
  const parts = { instance, open, publisher, metrics, clock, logger };
  const sync = new SourceSync(registry, `${instance}-${ulid()}`, parts);
  metrics.watch(() => sync.states());
  const retries = new Retries({ instance, open, publisher, sources: sync, logger });
  return {
    module: ImporterModule,
    providers: [sync, retries].map((part) => ({ provide: part.constructor, useValue: part })),
  };
}
