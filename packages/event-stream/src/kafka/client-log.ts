import type { logCreator } from 'kafkajs';
import type { KafkaLog } from './settings.js';

/**
 * kafkajs' lines, all for debugging only: what it calls an error (a refused connection, a rebalance) is tried again here,
 * and when it lasts the adapter tells it by a line of its own, by problem() and by StreamUnavailable. A client that was
 * given up has nothing to say.
 */
export const clientLog =
  (logger: KafkaLog | undefined, discarded: () => boolean): logCreator =>
  () =>
  ({ namespace, label, log }) => {
    if (!logger || discarded()) return;
    const { message, timestamp: _timestamp, logger: _name, ...fields } = log;
    logger.debug({ namespace, label, ...fields }, `kafkajs: ${message}`);
  };
