import { type logCreator, logLevel } from 'kafkajs';
import type { StreamLogger } from './settings.js';

/**
 * kafkajs' lines, one step quieter than it means them: what it calls an error (a refused connection, a rebalance) is
 * retried here and, when it lasts, told by problem() and StreamUnavailable.
 */
export const clientLog =
  (logger: StreamLogger | undefined): logCreator =>
  () =>
  ({ namespace, level, log }) => {
    if (!logger) return;
    const { message, timestamp: _timestamp, logger: _name, ...fields } = log;
    const line = `kafkajs: ${message}`;
    if (level === logLevel.ERROR) logger.warn({ namespace, ...fields }, line);
    else logger.debug({ namespace, ...fields }, line);
  };
