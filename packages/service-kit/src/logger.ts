import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { z } from 'zod';
import { LogLines } from './log-lines.js';
import { redact } from './redact.js';

/** Structured log: `logger.info({ webhookId, ms }, 'delivery.attempted')`, one wide line per fact. */
export type Logger = PinoLogger;

/** As a service's configuration reads it. */
export const LogLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']);
export type LogLevel = z.infer<typeof LogLevel>;

export interface LoggerOptions {
  /** Stands on every line. */
  service: string;
  level: LogLevel;
  /** Standard output if not given. */
  destination?: DestinationStream;
}

/** A logger of JSON lines, secrets hidden in whatever is logged. */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      hooks: { streamWrite: redact },
    },
    destination ?? new LogLines(process.stdout.fd),
  );
}
