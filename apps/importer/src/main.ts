import { registryCommands } from '@sluice/contracts/registry-commands';
import { sourceCommands } from '@sluice/contracts/sources';
import { EVENTS_TOPIC, RETRIES_PARTITIONS, RETRIES_TOPIC } from '@sluice/contracts/topics';
import { TopicReader, type TopicReading } from '@sluice/event-stream/kafka/topic-reader';
import { openStream } from '@sluice/event-stream/open-stream';
import { systemClock } from '@sluice/service-kit/clock';
import { commandClient } from '@sluice/service-kit/command-client';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { openInternalPort } from '@sluice/service-kit/internal-port';
import { createMetrics } from '@sluice/service-kit/metrics';
import { runService } from '@sluice/service-kit/run-service';
import { importerEnvironment } from './config.js';
import { startImporter } from './start.js';

await runService('importer', async (logger) => {
  const config = parseConfiguration(importerEnvironment, process.env);
  logger.level = config.logLevel;
  const metrics = createMetrics();
  const { registryUrl: baseUrl, internal, kafka, eventPartitions: partitions } = config;
  const registry = commandClient(
    { revision: registryCommands.revision, syncSources: sourceCommands.syncSources },
    { baseUrl, token: internal.token, timeoutMs: 8_000 },
  );
  const stream = await openStream({ kafka }, logger);
  await stream.ensureTopics([
    { topic: EVENTS_TOPIC, partitions },
    { topic: RETRIES_TOPIC, partitions: RETRIES_PARTITIONS },
  ]);
  const open = (reading: TopicReading) => new TopicReader({ ...kafka, logger }, reading);
  const importer = await startImporter(config.instance, {
    logger,
    clock: systemClock,
    stream,
    open,
    metrics,
    registry,
  });
  const { problems } = importer;
  const port = await openInternalPort({ ...internal, logger, metrics, problems, commands: [] });
  return {
    problems,
    stop: async () => {
      await importer.stop();
      await port.close();
      await stream.close();
    },
  };
});
