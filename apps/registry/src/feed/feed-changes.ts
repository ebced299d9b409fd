import { randomBytes } from 'node:crypto';
import type { BaseWebhook, FeedChange, FeedWebhook, FilterWebhook } from '@sluice/contracts/webhook-feed';
import { type SpecificationOptions, WebhookSpecification } from '@sluice/contracts/webhook-specification';
import type { Logger } from '@sluice/service-kit/logger';
import { newSecret } from '@sluice/signatures/secret';
import { type Keyring, UnreadableSeal } from '../encryption/keyring.js';
import { openMacSecret, openSecrets, type WebhookSecrets } from '../encryption/webhook-secrets.js';

interface CommonColumns {
  id: string;
  account_id: string;
  event_type: string;
  sealed: Buffer | null;
  sealing_key: string | null;
  created_at: Date;
  created_revision: string;
  revision: string;
  deleted_at: Date | null;
}

interface FilterWebhookRow extends CommonColumns {
  dialect: 'airstack';
  endpoint: string;
  filter: string | null;
  state: FilterWebhook['state'];
  ordering: FilterWebhook['ordering'];
  rate_limit: number | null;
  concurrency: number | null;
  retry_schedule: number[] | null;
  disabled_at: Date | null;
  disabled_reason: string | null;
  enabled_at: Date | null;
  enabled_revision: string;
  start_from: string | null;
}

interface BaseWebhookRow extends CommonColumns {
  dialect: 'airtable';
  endpoint: string | null;
  base_id: string;
  specification: string;
  /** Tables by the ids of views and fields that the specification names; null when there are none. */
  table_of: Record<string, string> | null;
  notifications_enabled: boolean;
  state: BaseWebhook['state'];
}

/** A row of `registry.webhook` as PostgreSQL's driver gives it, with `table_of` to it. */
export type WebhookRow = FilterWebhookRow | BaseWebhookRow;

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

  private webhook(row: WebhookRow): FeedWebhook {
    return row.dialect === 'airstack' ? this.filterWebhook(row) : this.baseWebhook(row);
  }

  /**
   * A webhook whose secrets don't belong to it, because somebody wrote into the table, is handed out as paused, with a
   * secret that means nothing: its deliveries are kept, none is sent to an endpoint that nobody confirmed, and the feed
   * goes on for everybody else.
   */
  private filterWebhook(row: FilterWebhookRow): FilterWebhook {
    const opened = this.opened(row, (sealed) => openSecrets(this.keyring, row, sealed));
    const { headers, secrets } = opened ?? UNREADABLE;
    return {
      dialect: 'airstack',
      endpoint: row.endpoint,
      filter: row.filter,
      state: opened === null ? 'paused' : row.state,
      ordering: row.ordering,
      rateLimit: row.rate_limit,
      concurrency: row.concurrency,
      retrySchedule: row.retry_schedule,
      disabledAt: row.disabled_at?.toISOString() ?? null,
      disabledReason: row.disabled_reason,
      enabledAt: row.enabled_at?.toISOString() ?? null,
      enabledRevision: Number(row.enabled_revision),
      startFrom: row.start_from,
      headers,
      secrets,
      ...commonOf(row),
    };
  }

  /** Without its own secret nobody is pinged for it, and without a specification nothing is generated. */
  private baseWebhook(row: BaseWebhookRow): BaseWebhook {
    const macSecretBase64 = this.opened(row, (sealed) => openMacSecret(this.keyring, row, sealed));
    const specification = this.specification(row);
    return {
      dialect: 'airtable',
      baseId: row.base_id,
      specification: specification ?? MEANINGLESS,
      ...(row.table_of === null ? {} : { tableOf: row.table_of }),
      endpoint: row.endpoint,
      notificationsEnabled: row.notifications_enabled && macSecretBase64 !== null,
      state: specification === null ? 'invalid' : row.state,
      macSecretBase64: macSecretBase64 ?? UNREADABLE_MAC_SECRET,
      ...commonOf(row),
    };
  }

  /** Null when the row and its secrets don't belong together. */
  private opened<S>(row: WebhookRow, open: (sealed: { keyId: string; bytes: Buffer }) => S): S | null {
    try {
      return open({ keyId: row.sealing_key ?? '', bytes: row.sealed ?? Buffer.alloc(0) });
    } catch (error) {
      if (!(error instanceof UnreadableSeal)) throw error;
      this.logger.error({ err: error, webhookId: row.id }, 'webhook.secrets_unreadable');
      return null;
    }
  }

  /** Null when it is none: it was checked before it was written. */
  private specification({ id, specification }: BaseWebhookRow): SpecificationOptions | null {
    try {
      return WebhookSpecification.parse(JSON.parse(specification)).options;
    } catch (error) {
      this.logger.error({ err: error, webhookId: id }, 'webhook.specification_unreadable');
      return null;
    }
  }
}

/** To be spread last: an object that a dozen members are added to becomes a hash table, three times as large. */
const commonOf = (row: CommonColumns) => ({
  id: row.id,
  accountId: row.account_id,
  eventType: row.event_type,
  createdAt: row.created_at.toISOString(),
  createdRevision: Number(row.created_revision),
});

const UNREADABLE: WebhookSecrets = { headers: [], secrets: [{ secret: newSecret() }] };
const UNREADABLE_MAC_SECRET = randomBytes(32).toString('base64');
const MEANINGLESS: SpecificationOptions = { filters: { dataTypes: ['tableData'] } };
