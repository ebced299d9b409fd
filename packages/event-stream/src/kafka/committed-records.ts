import type { LogMessage } from './record-conversion.js';

export interface AbortedTransaction {
  producerId: string;
  firstOffset: string;
}

/** A control record that says "aborted" has this type in its key, after two bytes of version. */
const abortType = 0;

/**
 * Drops records of aborted transactions and the markers that end transactions. (kafkajs' own filter takes any record with
 * four zero bytes as key for such a marker, and wants the list of aborted transactions sorted.)
 */
export function committedRecords<Message extends LogMessage>(
  messages: readonly Message[],
  abortedTransactions: readonly AbortedTransaction[] | null,
): Message[] {
  const coming = (abortedTransactions ?? []).map(({ producerId, firstOffset }) => ({
    producerId,
    firstOffset: BigInt(firstOffset),
  }));
  const aborting = new Set<string>();
  return messages.filter((message) => {
    const { producerId, inTransaction } = message.batchContext;
    const offset = BigInt(message.offset);
    for (const [index, transaction] of coming.entries()) {
      if (transaction.producerId !== producerId || transaction.firstOffset > offset) continue;
      aborting.add(producerId);
      coming.splice(index, 1);
      break;
    }
    if (message.isControlRecord) {
      if (message.key?.readInt16BE(2) === abortType) aborting.delete(producerId);
      return false;
    }
    return !(inTransaction && aborting.has(producerId));
  });
}
