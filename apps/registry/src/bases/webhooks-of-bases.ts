import type { EntityManager } from 'typeorm';

/** What is being done to a base, by whom. */
export interface BaseChange {
  accountId: string;
  baseId: string;
  at: Date;
  /** The key that does it, for the audit trail. */
  keyId: string | null;
  /** The caller's address, where it is known. */
  from?: string | undefined;
}

/**
 * What becomes of webhooks when what they watch is taken away. Called in the transaction that does it, which
 * holds the lock on the base's row. Answers the newest revision taken, null when no webhook was concerned.
 */
export interface WebhooksOfBases {
  /** The base goes: all its webhooks are deleted. */
  baseDeleted(transaction: EntityManager, change: BaseChange): Promise<number | null>;
  /** Tables, fields and views go: webhooks whose specification names one of these ids become invalid; no payload is made here. */
  schemaDestroyed(transaction: EntityManager, change: BaseChange, ids: readonly string[]): Promise<number | null>;
}
