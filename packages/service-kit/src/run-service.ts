import { ConfigurationError } from './configuration.js';
import { growHeapFreely } from './heap-growth.js';
import { createLogger, type Logger, type LoggerOptions } from './logger.js';
import type { RunningService } from './running-service.js';

/** A drain that takes longer is given up (docs/architecture.md section 7). */
const DRAIN_LIMIT_MS = 30_000;
/** Ctrl-C under npm arrives twice, from the terminal and from npm: within this time it is one wish. */
const SAME_SIGNAL_MS = 300;

const EXIT = { ok: 0, failed: 1, misconfigured: 2 } as const;
const SIGNAL_NUMBERS = { SIGTERM: 15, SIGINT: 2 } as const;

/**
 * The life of a service's process: starts it, drains it once on SIGTERM or SIGINT, and exits. A second signal or 30 s end
 * it at once.
 *
 * Exit codes: 0 drained; 1 could not start, could not drain in time, or an error that nobody handled; 2 mistakes in the
 * configuration, printed one a line; 128 + n ended by a second signal.
 *
 * @param start gets the process's logger, at level info until it sets the level that is configured.
 * @param log where its lines go, if not to standard output.
 */
export async function runService(
  name: string,
  start: (logger: Logger) => Promise<RunningService>,
  log: Pick<LoggerOptions, 'destination'> = {},
): Promise<void> {
  growHeapFreely();
  const logger = createLogger({ service: name, level: 'info', ...log });
  const die = (error: unknown, fact: string): never => {
    logger.fatal({ err: error }, fact);
    process.exit(EXIT.failed);
  };
  process.on('uncaughtException', (error) => die(error, 'error.uncaught'));
  process.on('unhandledRejection', (error) => die(error, 'error.unhandled_rejection'));

  // In a turn of its own, so that a signal finds its handler however long `start` takes before it first waits.
  const starting = Promise.resolve(logger).then(start);
  drainOnSignal(logger, starting);
  try {
    await starting;
    logger.info('service.started');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) return die(error, 'service.start_failed');
    process.stderr.write(`${error.mistakes.join('\n')}\n`);
    process.exit(EXIT.misconfigured);
  }
}

function drainOnSignal(logger: Logger, starting: Promise<RunningService>): void {
  let drainingSince: number | undefined;
  const onSignal = (signal: keyof typeof SIGNAL_NUMBERS): void => {
    if (drainingSince !== undefined) {
      if (performance.now() - drainingSince < SAME_SIGNAL_MS) return;
      logger.warn({ signal }, 'service.ended_by_second_signal');
      process.exit(128 + SIGNAL_NUMBERS[signal]);
    }
    drainingSince = performance.now();
    logger.info({ signal }, 'service.draining');
    setTimeout(() => {
      logger.error({ limitMs: DRAIN_LIMIT_MS }, 'service.drain_too_slow');
      process.exit(EXIT.failed);
    }, DRAIN_LIMIT_MS);
    starting
      .then((service) => service.stop())
      .then(
        () => {
          logger.info('service.stopped');
          process.exit(EXIT.ok);
        },
        (error: unknown) => {
          logger.error({ err: error }, 'service.drain_failed');
          process.exit(EXIT.failed);
        },
      );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
