import type { FeedChange, FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Logger } from '@sluice/service-kit/logger';
import { newSecret } from '@sluice/signatures/secret';
import { type Keyring, UnreadableSeal } from '../encryption/keyring.js';
import { openSecrets, type WebhookSecrets } from '../encryption/webhook-secrets.js';

/** A row of `registry.webhook` as PostgreSQL's driver gives it. */
export interface WebhookRow {
  id: string;
  account_id: string;
  dialect: FilterWebhook['dialect'];
  endpoint: string;
  event_type: string;
  filter: string | null;
  state: FilterWebhook['state'];
  sealed: Buffer | null;
  sealing_key: string | null;
  created_at: Date;
  created_revision: string;
  revision: string;
  deleted_at: Date | null;
}

/** Rows as dispatchers get them: secrets in clear. */
export class FeedChanges {
  constructor(
    private readonly keyring: Keyring,
    private readonly logger: Logger,
  ) {}

  of(row: WebhookRow): FeedChange {
    const webhook = row.deleted_at === null ? this.webhook(row) : null;
    return { revision: Number(row.revision), webhookId: row.id, webhook };
  }

  private webhook(row: WebhookRow): FilterWebhook {
    const opened = this.open(row);
    return {
      id: row.id,
      accountId: row.account_id,
      dialect: row.dialect,
      endpoint: row.endpoint,
      eventType: row.event_type,
      filter: row.filter,
      state: opened === null ? 'paused' : row.state,
      ...(opened ?? UNREADABLE),
      createdAt: row.created_at.toISOString(),
      createdRevision: Number(row.created_revision),
    };
  }

  /**
   * Null when the row and its secrets don't belong together, because somebody wrote into the table. Such a webhook is
   * handed out as paused, with a secret that means nothing: its deliveries are kept, none is sent to an endpoint that
   * nobody confirmed, and the feed goes on for everybody else.
   */
  private open(row: WebhookRow): WebhookSecrets | null {
    try {
      return openSecrets(this.keyring, row, { keyId: row.sealing_key ?? '', bytes: row.sealed ?? Buffer.alloc(0) });
    } catch (error) {
      if (!(error instanceof UnreadableSeal)) throw error;
      this.logger.error({ err: error, webhookId: row.id }, 'webhook.secrets_unreadable');
      return null;
    }
  }
}

const UNREADABLE: WebhookSecrets = { headers: [], secrets: [{ secret: newSecret() }] };
