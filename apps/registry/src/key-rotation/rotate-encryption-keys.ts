import { type DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import type { Keyring } from '../encryption/keyring.js';
import { sealAnew } from '../encryption/webhook-secrets.js';
import { IdempotentRequestEntity } from '../idempotency/idempotent-request.entity.js';
import { sealAnswerAnew } from '../idempotency/sealed-answer.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';

const BATCH = 500;

/** Re-encrypts some of what lies under another key than the current one. Answers how many. */
type Batch = (transaction: EntityManager, keyring: Keyring) => Promise<number>;

/**
 * Encrypts anew, under the keyring's current key, whatever lies under another one; afterwards the older keys can go from
 * the configuration. Nothing changes for dispatchers, so no revision is taken. Can be interrupted and run again.
 *
 * @returns how many webhooks and remembered answers were re-encrypted.
 * @throws {UnreadableSeal} when something can't be opened; the batches before it are done.
 */
export async function rotateEncryptionKeys(database: DataSource, keyring: Keyring): Promise<number> {
  let rotated = 0;
  for (const batch of [webhooks, answers]) {
    for (let some = -1; some !== 0; rotated += some) {
      some = await database.transaction((transaction) => batch(transaction, keyring));
    }
  }
  return rotated;
}

/** Locked in the order of their keys, as whoever locks several does. */
const underAnotherKey = ({ currentId }: Keyring) => ({
  where: { sealed: Not(IsNull()), sealingKey: Not(currentId) },
  take: BATCH,
  lock: { mode: 'pessimistic_write' } as const,
});

const webhooks: Batch = async (transaction, keyring) => {
  const found = await transaction.find(WebhookEntity, { ...underAnotherKey(keyring), order: { id: 'asc' } });
  for (const webhook of found) {
    const anew = sealAnew(keyring, webhook, { keyId: webhook.sealingKey!, bytes: webhook.sealed! });
    await transaction.update(WebhookEntity, webhook.id, { sealed: anew.bytes, sealingKey: anew.keyId });
  }
  return found.length;
};

const answers: Batch = async (transaction, keyring) => {
  const order = { accountId: 'asc', key: 'asc' } as const;
  const found = await transaction.find(IdempotentRequestEntity, { ...underAnotherKey(keyring), order });
  for (const request of found) {
    const { accountId, key, sealed, sealingKey } = request;
    const anew = sealAnswerAnew(keyring, request, { keyId: sealingKey!, bytes: sealed! });
    const change = { sealed: anew.bytes, sealingKey: anew.keyId };
    await transaction.update(IdempotentRequestEntity, { accountId, key }, change);
  }
  return found.length;
};
