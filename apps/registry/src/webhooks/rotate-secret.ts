import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { newSecret } from '@sluice/signatures/secret';
import type { DataSource } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import { type Keyring, UnreadableSeal } from '../encryption/keyring.js';
import { openSecrets, sealSecrets, type WebhookSecrets } from '../encryption/webhook-secrets.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { changeWebhook, lockWebhook } from './change-webhook.js';
import { noFilterWebhook } from './unknown-webhook.js';
import type { WebhookEntity } from './webhook.entity.js';

export interface RotatedSecret {
  secret: string;
  /** ISO 8601; null when the one before signs nothing any more. */
  previousExpiresAt: string | null;
  revision: number;
}

const UNREADABLE_SECRETS = refused(
  'conflict',
  "the secrets of this webhook can't be read any more: delete it and create another one",
);

/** Gives webhooks new signing secrets, while receivers still check by the ones before (Standard Webhooks, zero-downtime rotation). */
export class WebhookSecretRotation {
  constructor(
    private readonly database: DataSource,
    private readonly leases: FollowerLeases,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * Of the secrets that were, the newest signs on for so many seconds. Answers when every living dispatcher signs with the
   * new one, or its lease is over.
   */
  async rotate(principal: Principal, id: string, keepSeconds: number, from?: string): Promise<Result<RotatedSecret>> {
    const rotated = await this.commit(principal, id, keepSeconds, from);
    if (rotated.ok) await this.leases.applied(rotated.value.revision);
    return rotated;
  }

  private commit(
    { accountId, keyId }: Principal,
    id: string,
    keepSeconds: number,
    from: string | undefined,
  ): Promise<Result<RotatedSecret>> {
    return this.database.transaction(async (transaction): Promise<Result<RotatedSecret>> => {
      const webhook = await lockWebhook(transaction, { id, accountId });
      if (webhook === null || webhook.deletedAt !== null) return noFilterWebhook(transaction, { id, accountId });
      const opened = this.opened(webhook);
      if (opened === null) return UNREADABLE_SECRETS;
      const at = await databaseTime(transaction, this.clock);
      const previousExpiresAt = keepSeconds === 0 ? null : new Date(at.getTime() + keepSeconds * 1_000).toISOString();
      const secret = newSecret();
      const sealed = sealSecrets(this.keyring, webhook, {
        headers: opened.headers,
        secrets: [{ secret }, ...keptSecrets(opened, previousExpiresAt)],
      });
      await recordAudit(transaction, { at, accountId, keyId, action: 'webhook.secret_rotated', subject: id, from });
      const change = { sealed: sealed.bytes, sealingKey: sealed.keyId };
      const revision = await changeWebhook(transaction, webhook, change, { type: 'webhook.updated', at });
      return accepted({ secret, previousExpiresAt, revision });
    });
  }

  private opened(webhook: WebhookEntity): WebhookSecrets | null {
    try {
      return openSecrets(this.keyring, webhook, { keyId: webhook.sealingKey!, bytes: webhook.sealed! });
    } catch (error) {
      if (error instanceof UnreadableSeal) return null;
      throw error;
    }
  }
}

/** The current secret, for as long as it is still to be valid; older ones sign nothing any more. */
const keptSecrets = ({ secrets }: WebhookSecrets, validUntil: string | null): WebhookSecrets['secrets'] =>
  validUntil === null
    ? []
    : secrets.filter((each) => each.validUntil === undefined).map(({ secret }) => ({ secret, validUntil }));
