import { randomBytes } from 'node:crypto';
import type { AddressPolicy } from '@sluice/address-guard/policy';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';
import type { Clock } from '@sluice/service-kit/clock';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import type { DataSource } from 'typeorm';
import { type BaseCaller, HIDDEN } from '../access/base-caller.js';
import { recordAudit } from '../audit/record-audit.js';
import { lockBaseOf } from '../bases/lock-base.js';
import { databaseTime } from '../database/database-time.js';
import type { Keyring } from '../encryption/keyring.js';
import { sealMacSecret } from '../encryption/webhook-secrets.js';
import { recordFact } from '../facts/record-fact.js';
import { takeRevision } from '../feed/take-revision.js';
import { checkEndpoint } from '../webhooks/endpoint-check.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import { demandRoom } from './base-limits.js';
import { expiryFrom } from './life.js';
import { checkAgainstSchema } from './schema-check.js';

const MAC_SECRET_BYTES = 128;

export interface WantedBaseWebhook {
  /** Null for a webhook whose payloads are only read. */
  notificationUrl: string | null;
  /** JSON text of the request's member, and what it says. */
  specification: string;
  options: SpecificationOptions;
  from?: string | undefined;
}

export interface CreatedBaseWebhook {
  id: string;
  macSecretBase64: string;
  /** ISO 8601; null for one that never expires. */
  expirationTime: string | null;
  revision: number;
}

/**
 * New webhooks on a base's changes (contract airtable 1.1): every check, then one transaction. That the caller may, and may
 * see the kinds of data asked for, is settled before.
 */
export class BaseWebhookCreation {
  constructor(
    private readonly database: DataSource,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly addresses: AddressPolicy,
  ) {}

  async create(caller: BaseCaller, wanted: WantedBaseWebhook): Promise<Result<CreatedBaseWebhook>> {
    const url = checkUrl(wanted.notificationUrl, this.addresses);
    return url.ok ? this.insert(caller, wanted) : url;
  }

  /** What is counted and looked up can't change meanwhile: whoever counts webhooks or changes the schema locks the base. */
  private insert(
    caller: BaseCaller,
    { notificationUrl: endpoint, specification, options, from }: WantedBaseWebhook,
  ): Promise<Result<CreatedBaseWebhook>> {
    const { accountId, baseId, integration } = caller;
    const id = newAirtableId('ach');
    const macSecretBase64 = randomBytes(MAC_SECRET_BYTES).toString('base64');
    const sealed = sealMacSecret(this.keyring, { id, endpoint }, macSecretBase64);
    return this.database.transaction(async (transaction): Promise<Result<CreatedBaseWebhook>> => {
      // It may be gone since the caller was let in.
      if ((await lockBaseOf(transaction, accountId, baseId)) === null) return HIDDEN;
      const at = await databaseTime(transaction, this.clock);
      const schema = await checkAgainstSchema(transaction, baseId, options);
      if (!schema.ok) return schema;
      const room = await demandRoom(transaction, caller, at);
      if (!room.ok) return room;
      const expiresAt = caller.kind === 'user_api_key' ? null : expiryFrom(at);
      await recordAudit(transaction, {
        at,
        accountId,
        keyId: caller.actor,
        action: 'webhook.created',
        subject: id,
        from,
      });
      const revision = await takeRevision(transaction);
      await transaction.insert(WebhookEntity, {
        id,
        accountId,
        dialect: 'airtable',
        endpoint,
        eventType: TABLE_CHANGED,
        filter: null,
        state: 'enabled',
        disabledReason: null,
        sealed: sealed.bytes,
        sealingKey: sealed.keyId,
        createdAt: at,
        createdRevision: revision,
        revision,
        deletedAt: null,
        baseId,
        specification,
        notificationsEnabled: endpoint !== null,
        expiresAt,
        integration,
      });
      const fact = { webhookId: id, accountId, eventType: TABLE_CHANGED, endpoint, baseId, at: at.toISOString() };
      await recordFact(transaction, { type: 'webhook.created', revision, ...fact });
      return accepted({ id, macSecretBase64, expirationTime: expiresAt?.toISOString() ?? null, revision });
    });
  }
}

function checkUrl(notificationUrl: string | null, addresses: AddressPolicy): Result<string | null> {
  if (notificationUrl === null) return accepted(null);
  if (notificationUrl !== '') return checkEndpoint(notificationUrl, 'notificationUrl', addresses);
  return refused('invalid', 'notificationUrl is empty: leave it out if nobody is to be notified', 'notificationUrl');
}
