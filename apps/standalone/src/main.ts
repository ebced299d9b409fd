import { runService } from '@sluice/service-kit/run-service';
import { standaloneConfig, stateDirectory } from './config.js';
import { serviceLog } from './service-log.js';
import { startStandalone } from './standalone.js';

await runService(
  'standalone',
  (logger) => {
    const config = standaloneConfig(process.env);
    logger.level = config.logLevel;
    return startStandalone(config, logger, (line) => console.log(line));
  },
  { destination: serviceLog(stateDirectory(process.env)) },
);
