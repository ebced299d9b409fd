import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Nest's own messages as lines of our log. Nest passes its context (the class that speaks) as the last argument. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: Level) =>
    (message: unknown, ...parameters: unknown[]) => {
      const context = parameters.pop();
      const details = parameters.filter((parameter) => parameter !== undefined);
      const fields = { ...(context === undefined ? {} : { context }), ...(details.length === 0 ? {} : { details }) };
      if (message instanceof Error) logger[level]({ ...fields, err: message }, message.message);
      else if (typeof message === 'string') logger[level](fields, message);
      else logger[level]({ ...fields, value: message }, 'nest');
    };
  return {
    // Nest announces every route and module it maps at start: of no interest to whoever runs the service.
    log: write('debug'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}
