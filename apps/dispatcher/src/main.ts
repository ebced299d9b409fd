import { airtableCommands } from '@sluice/contracts/airtable-commands';
import { baseCommands } from '@sluice/contracts/base-commands';
import { dispatcherCommands } from '@sluice/contracts/dispatcher-commands';
import { registryCommands } from '@sluice/contracts/registry-commands';
import { EVENTS_TOPIC, RETRIES_PARTITIONS, RETRIES_TOPIC } from '@sluice/contracts/topics';
import { openStream } from '@sluice/event-stream/open-stream';
import { systemClock } from '@sluice/service-kit/clock';
import { commandClient } from '@sluice/service-kit/command-client';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { openInternalPort } from '@sluice/service-kit/internal-port';
import { createMetrics } from '@sluice/service-kit/metrics';
import { runService } from '@sluice/service-kit/run-service';
import { dispatcherEnvironment } from './config.js';
import { startDispatcher } from './start.js';

await runService('dispatcher', async (logger) => {
  const config = parseConfiguration(dispatcherEnvironment, process.env);
  logger.level = config.logLevel;
  const metrics = createMetrics();
  const registry = commandClient(
    { ...registryCommands, ...airtableCommands, ...baseCommands },
    {
      baseUrl: config.registryUrl,
      token: config.internal.token,
      timeoutMs: 8_000,
    },
  );
  const stream = await openStream(config.stream, logger);
  await stream.ensureTopics([
    { topic: EVENTS_TOPIC, partitions: config.eventPartitions },
    // Without Kafka there are no sources, and no dead letters of theirs to put back.
    ...(config.stream.kafka ? [{ topic: RETRIES_TOPIC, partitions: RETRIES_PARTITIONS }] : []),
  ]);
  const refusedPorts = (): ReadonlySet<number> => new Set([config.internal.port]);
  const surroundings = { logger, clock: systemClock, stream, metrics, registry, refusedPorts };
  const dispatcher = await startDispatcher(config, surroundings);
  const commands = [{ table: dispatcherCommands, implementation: dispatcher.commands }];
  const { problems } = dispatcher;
  const port = await openInternalPort({ ...config.internal, logger, metrics, problems, commands });
  return {
    problems,
    stop: async () => {
      await dispatcher.stop();
      await port.close();
      await stream.close();
    },
  };
});
