import { openStream } from '@sluice/event-stream/open-stream';
import { systemClock } from '@sluice/service-kit/clock';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { createMetrics } from '@sluice/service-kit/metrics';
import { runService } from '@sluice/service-kit/run-service';
import { registryEnvironment } from './config.js';
import { startRegistry } from './start.js';

await runService('registry', async (logger) => {
  const { stream: choice, logLevel, ...config } = parseConfiguration(registryEnvironment, process.env);
  logger.level = logLevel;
  const stream = await openStream(choice, logger);
  const registry = await startRegistry(config, { logger, stream, clock: systemClock, metrics: createMetrics() });
  return { problems: registry.problems, stop: () => registry.stop().then(() => stream.close()) };
});
