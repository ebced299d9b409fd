import { isDeepStrictEqual } from 'node:util';
import type { AddressPolicy } from '@sluice/address-guard/policy';
import type { Principal } from '@sluice/contracts/principal';
import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { WebhookOptions } from '@sluice/contracts/webhook-options';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { stateFault } from '../answers/state-tag.js';
import { recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import { type Keyring, UnreadableSeal } from '../encryption/keyring.js';
import { openSecrets, sealSecrets } from '../encryption/webhook-secrets.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { changeWebhook, lockWebhook, type WebhookChange } from './change-webhook.js';
import { checkEndpoint } from './endpoint-check.js';
import { fieldNames } from './field-names.js';
import { checkFilter } from './filter-check.js';
import { checkOptions } from './options-check.js';
import { noFilterWebhook } from './unknown-webhook.js';
import type { WebhookEntity } from './webhook.entity.js';
import { summaryOf, taggedSummary } from './webhook-summary.js';

/** What is absent stays as it is. */
export interface WantedChange {
  endpoint?: string | undefined;
  /** JSON text; null for none. */
  filter?: string | null | undefined;
  options: Partial<WebhookOptions>;
  /** One of these must name the state that it is changed from. */
  ifMatch?: readonly string[] | undefined;
}

export interface ChangedWebhook {
  webhook: WebhookSummary;
  /** Of this state. */
  tag: string;
  /** From which dispatchers know it so. */
  revision: number;
}

const UNREADABLE_SECRETS = refused(
  'conflict',
  "the secrets of this webhook can't be read any more, so its endpoint can't be changed: delete it and create another one",
  'endpoint',
);

/** Changes of filter webhooks by their owners. */
export class WebhookUpdate {
  constructor(
    private readonly database: DataSource,
    private readonly leases: FollowerLeases,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly addresses: AddressPolicy,
  ) {}

  /** Answers when every living dispatcher has applied the change, or its lease is over; also when it was made before. */
  async update(principal: Principal, id: string, wanted: WantedChange, from?: string): Promise<Result<ChangedWebhook>> {
    const checked = this.checked(wanted);
    if (!checked.ok) return checked;
    const changed = await this.commit(principal, id, checked.value, wanted.ifMatch, from);
    if (changed.ok) await this.leases.applied(changed.value.revision);
    return changed;
  }

  /** The columns that are wanted otherwise, perhaps. */
  private checked({ endpoint, filter, options }: WantedChange): Result<WebhookChange> {
    const names = fieldNames.v1;
    const url = endpoint === undefined ? null : checkEndpoint(endpoint, names.endpoint, this.addresses);
    if (url?.ok === false) return url;
    const matching =
      filter === undefined ? accepted(null) : checkFilter({ filter, sample: null, needsSample: false }, names);
    if (!matching.ok) return matching;
    const allowed = checkOptions(options);
    if (!allowed.ok) return allowed;
    return accepted({
      ...options,
      ...(url === null ? {} : { endpoint: url.value }),
      ...(filter === undefined ? {} : { filter }),
    });
  }

  private commit(
    { accountId, keyId }: Principal,
    id: string,
    wanted: WebhookChange,
    ifMatch: readonly string[] | undefined,
    from: string | undefined,
  ): Promise<Result<ChangedWebhook>> {
    return this.database.transaction(async (transaction): Promise<Result<ChangedWebhook>> => {
      const webhook = await lockWebhook(transaction, { id, accountId });
      if (webhook === null || webhook.deletedAt !== null) return noFilterWebhook(transaction, { id, accountId });
      const fault = stateFault(summaryOf(webhook), ifMatch);
      if (fault !== null) return fault;
      const change = differing(webhook, wanted);
      if (change === null) return accepted({ ...taggedSummary(webhook), revision: webhook.revision });
      const sealed = this.sealedFor(webhook, change);
      if (!sealed.ok) return sealed;
      const at = await databaseTime(transaction, this.clock);
      await recordAudit(transaction, { at, accountId, keyId, action: 'webhook.updated', subject: id, from });
      const whole = { ...change, ...sealed.value };
      const revision = await changeWebhook(transaction, webhook, whole, { type: 'webhook.updated', at });
      return accepted({ ...taggedSummary({ ...webhook, ...whole }), revision });
    });
  }

  /** Secrets are tied to the endpoint: those of a webhook that moves are sealed for the new one. */
  private sealedFor(
    webhook: WebhookEntity,
    { endpoint }: WebhookChange,
  ): Result<Pick<WebhookChange, 'sealed' | 'sealingKey'>> {
    if (endpoint === undefined) return accepted({});
    try {
      const secrets = openSecrets(this.keyring, webhook, { keyId: webhook.sealingKey!, bytes: webhook.sealed! });
      const { bytes, keyId } = sealSecrets(this.keyring, { id: webhook.id, endpoint }, secrets);
      return accepted({ sealed: bytes, sealingKey: keyId });
    } catch (error) {
      if (error instanceof UnreadableSeal) return UNREADABLE_SECRETS;
      throw error;
    }
  }
}

/** Of the wanted columns those that are not so already; null when all are. */
function differing(webhook: WebhookEntity, wanted: WebhookChange): WebhookChange | null {
  const others = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, webhook[name as keyof WebhookChange]),
  );
  return others.length === 0 ? null : Object.fromEntries(others);
}
