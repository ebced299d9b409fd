// A service as its main would run it, for run-service.test.ts: what it does is the first argument.
import { ConfigurationError } from '@sluice/service-kit/configuration';
import { runService } from '@sluice/service-kit/run-service';

const never = new Promise(() => {});
const service = (stop) => ({ problems: async () => [], stop });

const behaviours = {
  drains: async (logger) => service(async () => logger.info('drained')),
  'drains late': async () => service(() => never),
  'drains badly': async () => service(() => Promise.reject(new Error('the drain broke'))),
  'starts late': async (logger) => {
    logger.info('starting');
    await new Promise((resolve) => process.once('SIGTERM', () => setTimeout(resolve, 50)));
    return service(async () => logger.info('drained'));
  },
  'is misconfigured': async () => {
    throw new ConfigurationError(['PORT: is not a number', 'DATABASE_URL: is required and not set']);
  },
  'cannot start': async () => {
    throw new Error('the port is taken');
  },
  throws: async () => {
    process.once('SIGUSR2', () => {
      throw new Error('nobody handled this');
    });
    return service(async () => {});
  },
  rejects: async () => {
    process.once('SIGUSR2', () => {
      void Promise.reject(new Error('nobody handled this'));
    });
    return service(async () => {});
  },
};

// What a real service's sockets do: keep the process alive.
setInterval(() => {}, 60_000);
await runService('example', behaviours[process.argv[2]]);
