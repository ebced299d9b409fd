import { dispatcherCommands } from '@sluice/contracts/dispatcher-commands';
import { registryCommands } from '@sluice/contracts/registry-commands';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { openStream } from '@sluice/event-stream/open-stream';
import { systemClock } from '@sluice/service-kit/clock';
import { commandClient } from '@sluice/service-kit/command-client';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { createMetrics } from '@sluice/service-kit/metrics';
import { runService } from '@sluice/service-kit/run-service';
import { gatewayEnvironment } from './config.js';
import { startGateway } from './start.js';

await runService('gateway', async (logger) => {
  const config = parseConfiguration(gatewayEnvironment, process.env);
  logger.level = config.logLevel;
  const { token } = config.internal;
  const stream = await openStream(config.stream, logger);
  await stream.ensureTopics([{ topic: EVENTS_TOPIC, partitions: config.eventPartitions }]);
  const gateway = await startGateway(config, {
    logger,
    stream,
    clock: systemClock,
    metrics: createMetrics(),
    registry: commandClient(registryCommands, { baseUrl: config.registryUrl, token, timeoutMs: 12_000 }),
    dispatcher: commandClient(dispatcherCommands, { baseUrl: config.dispatcherUrl, token, timeoutMs: 20_000 }),
  });
  return { problems: gateway.problems, stop: () => gateway.stop().then(() => stream.close()) };
});
