import { type DataSource, IsNull, MoreThan, Not } from 'typeorm';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import type { Keyring } from './keyring.js';
import { sealAnew } from './webhook-secrets.js';

const BATCH = 500;

/**
 * Encrypts anew, under the keyring's current key, whatever lies under another one; afterwards the older keys can go from
 * the configuration. Nothing changes for dispatchers, so no revision is taken. Can be interrupted and run again.
 *
 * @returns how many webhooks were re-encrypted.
 * @throws {UnreadableSeal} when something can't be opened; the batches before it are done.
 */
export async function rotateEncryptionKeys(database: DataSource, keyring: Keyring): Promise<number> {
  let rotated = 0;
  let after = '';
  for (;;) {
    const batch = await rotateBatch(database, keyring, after);
    if (batch.length === 0) return rotated;
    rotated += batch.length;
    after = batch.at(-1)!;
  }
}

/** Answers the ids that it re-encrypted, in order. */
function rotateBatch(database: DataSource, keyring: Keyring, after: string): Promise<string[]> {
  return database.transaction(async (transaction) => {
    const webhooks = await transaction.find(WebhookEntity, {
      where: { id: MoreThan(after), sealed: Not(IsNull()), sealingKey: Not(keyring.currentId) },
      order: { id: 'asc' },
      take: BATCH,
      lock: { mode: 'pessimistic_write' },
    });
    for (const webhook of webhooks) {
      const anew = sealAnew(keyring, webhook, { keyId: webhook.sealingKey!, bytes: webhook.sealed! });
      await transaction.update(WebhookEntity, webhook.id, { sealed: anew.bytes, sealingKey: anew.keyId });
    }
    return webhooks.map(({ id }) => id);
  });
}
