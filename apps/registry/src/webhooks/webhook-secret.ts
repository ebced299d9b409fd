import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, IsNull } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import type { Keyring } from '../encryption/keyring.js';
import { openSecrets } from '../encryption/webhook-secrets.js';
import { WEBHOOK_ID } from './change-webhook.js';
import { UNKNOWN_WEBHOOK } from './unknown-webhook.js';
import { WebhookEntity } from './webhook.entity.js';

/** Shows signing secrets to those who own them, and remembers that it did. */
export class WebhookSecretReading {
  constructor(
    private readonly database: DataSource,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /** The current signing secret of one of the account's webhooks. */
  async read({ accountId, keyId }: Principal, id: string, from?: string): Promise<Result<{ secret: string }>> {
    if (!WEBHOOK_ID.test(id)) return UNKNOWN_WEBHOOK;
    const webhook = await this.database.manager.findOneBy(WebhookEntity, { id, accountId, deletedAt: IsNull() });
    if (webhook === null) return UNKNOWN_WEBHOOK;
    const sealed = { keyId: webhook.sealingKey!, bytes: webhook.sealed! };
    const { secrets } = openSecrets(this.keyring, webhook, sealed);
    const current = secrets.find(({ validUntil }) => validUntil === undefined) ?? secrets[0]!;
    const at = new Date(this.clock.nowMs());
    await recordAudit(this.database.manager, {
      at,
      accountId,
      keyId,
      action: 'webhook.secret_read',
      subject: id,
      from,
    });
    return accepted({ secret: current.secret });
  }
}
