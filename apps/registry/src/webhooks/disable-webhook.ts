import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { plainText } from '../texts/plain-text.js';
import { changeWebhook, lockWebhook } from './change-webhook.js';

const REASON_LIMIT = 500;

/** Switches webhooks off whose endpoints don't want to hear from them any more. */
export class WebhookDisabling {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Only the first time counts: its reason stays, and there is one fact and one revision. Does not wait for dispatchers,
   * since one of them is who asks. Answers the revision of the webhook; null when there is none (any more).
   */
  disable(id: string, reason: string): Promise<number | null> {
    const at = new Date(this.clock.nowMs());
    const why = plainText(reason, REASON_LIMIT);
    return this.database.transaction(async (transaction) => {
      const webhook = await lockWebhook(transaction, { id });
      if (webhook === null || webhook.deletedAt !== null) return null;
      if (webhook.state === 'disabled') return webhook.revision;
      const { accountId } = webhook;
      const audited = { at, accountId, keyId: null, subject: id, reason: why };
      await recordAudit(transaction, { ...audited, action: 'webhook.disabled' });
      const disabled = { state: 'disabled', disabledReason: why, disabledAt: at } as const;
      return changeWebhook(transaction, webhook, disabled, { type: 'webhook.disabled', reason: why, at });
    });
  }
}
