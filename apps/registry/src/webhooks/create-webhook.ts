import { randomBytes } from 'node:crypto';
import type { AddressPolicy } from '@sluice/address-guard/policy';
import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import type { WebhookOptions } from '@sluice/contracts/webhook-options';
import type { Clock } from '@sluice/service-kit/clock';
import { newSecret } from '@sluice/signatures/secret';
import type { DataSource, EntityManager } from 'typeorm';
import { ulid } from 'ulid';
import { recordAudit } from '../audit/record-audit.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { ResolvedPrincipal } from '../credentials/resolved-principal.js';
import type { Keyring } from '../encryption/keyring.js';
import { sealSecrets, type WebhookSecrets } from '../encryption/webhook-secrets.js';
import { recordFact } from '../facts/record-fact.js';
import { takeRevision } from '../feed/take-revision.js';
import type { PortalLinks } from '../portal-links/portal-links.js';
import { checkEndpoint } from './endpoint-check.js';
import { fieldNames } from './field-names.js';
import { checkFilter } from './filter-check.js';
import { checkOptions } from './options-check.js';
import { WebhookEntity } from './webhook.entity.js';
import { summaryOf } from './webhook-summary.js';

/** Event types named in a refusal; an account may have hundreds. */
const TYPES_TOLD = 20;
const HEADER_VALUE_BYTES = 32;

export interface WantedWebhook {
  dialect: 'airstack';
  face: keyof typeof fieldNames;
  endpoint: string;
  eventType: string;
  filter: string | null;
  sample: string | null;
  options: Partial<WebhookOptions>;
  from?: string | undefined;
}

export interface CreatedWebhook {
  id: string;
  header: { name: string; value: string };
  signingSecret: string;
  /** Null for a session of the portal: whoever came by a link can't make it longer. */
  portalToken: string | null;
  webhook: WebhookSummary;
  revision: number;
}

/** New webhooks: every check that the contract of the dialect demands, then one transaction. */
export class WebhookCreation {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
    private readonly portalLinks: Pick<PortalLinks, 'add'>,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly limits: { addresses: AddressPolicy; webhooksPerAccount: number },
  ) {}

  async create(principal: ResolvedPrincipal, wanted: WantedWebhook): Promise<Result<CreatedWebhook>> {
    const fields = fieldNames[wanted.face];
    const endpoint = checkEndpoint(wanted.endpoint, fields.endpoint, this.limits.addresses);
    if (!endpoint.ok) return endpoint;
    const eventType = await this.checkEventType(principal.accountId, wanted);
    if (!eventType.ok) return eventType;
    const filter = checkFilter({ ...wanted, needsSample: wanted.face === 'airstack' }, fields);
    if (!filter.ok) return filter;
    const options = checkOptions(wanted.options);
    if (!options.ok) return options;
    return this.insert(principal, { ...wanted, endpoint: endpoint.value });
  }

  private async checkEventType(accountId: string, { eventType: name, face }: WantedWebhook): Promise<Result<null>> {
    const { eventType } = fieldNames[face];
    if (name === '') return refused('invalid', `${eventType} is required`, eventType);
    // The changes of bases are for webhooks of bases, each of which gets a projection of its own.
    const names = (await this.catalogue.of(accountId))
      .map((type) => type.name)
      .filter((type) => type !== TABLE_CHANGED);
    if (names.includes(name)) return accepted(null);
    const known = names.length > TYPES_TOLD ? `${names.slice(0, TYPES_TOLD).join(', ')} …` : names.join(', ');
    return refused('invalid', `${eventType} must be one of ${known}`, eventType);
  }

  private insert(principal: ResolvedPrincipal, wanted: WantedWebhook): Promise<Result<CreatedWebhook>> {
    const { accountId, keyId } = principal;
    const { dialect, endpoint, eventType, filter, options, from } = wanted;
    const at = new Date(this.clock.nowMs());
    const id = ulid(at.getTime());
    // Contract airstack, "authentication".
    const header = { name: 'x-airstack-webhook', value: randomBytes(HEADER_VALUE_BYTES).toString('base64url') };
    const signingSecret = newSecret();
    const secrets: WebhookSecrets = { headers: [header], secrets: [{ secret: signingSecret }] };
    const sealed = sealSecrets(this.keyring, { id, endpoint }, secrets);
    return this.database.transaction(async (transaction): Promise<Result<CreatedWebhook>> => {
      // It may have been deleted since it was checked.
      if (!(await this.catalogue.holds(transaction, accountId, eventType))) {
        const field = fieldNames[wanted.face].eventType;
        return refused('invalid', `${field} names a type that has just been deleted`, field);
      }
      if (!(await this.countOneMore(transaction, accountId))) {
        const limit = this.limits.webhooksPerAccount.toLocaleString('en');
        return refused('too_many', `this account has ${limit} webhooks, which is the most that it may have`);
      }
      await recordAudit(transaction, { at, accountId, keyId, action: 'webhook.created', subject: id, from });
      const link = principal.kind === 'portal' ? null : await this.portalLinks.add(transaction, principal, { from });
      const revision = await takeRevision(transaction);
      const webhook = transaction.create(WebhookEntity, {
        id,
        accountId,
        dialect,
        baseId: null,
        endpoint,
        eventType,
        filter,
        state: 'enabled',
        disabledReason: null,
        disabledAt: null,
        description: null,
        ordering: 'none',
        rateLimit: null,
        concurrency: null,
        retrySchedule: null,
        startFrom: null,
        ...options,
        sealed: sealed.bytes,
        sealingKey: sealed.keyId,
        createdAt: at,
        createdRevision: revision,
        revision,
        deletedAt: null,
      });
      await transaction.insert(WebhookEntity, webhook);
      const fact = { webhookId: id, accountId, eventType, endpoint, at: at.toISOString() };
      await recordFact(transaction, { type: 'webhook.created', revision, ...fact });
      const portalToken = link?.token ?? null;
      return accepted({ id, header, signingSecret, portalToken, webhook: summaryOf(webhook), revision });
    });
  }

  /** False when the account has all that it may have. */
  private async countOneMore(transaction: EntityManager, accountId: string): Promise<boolean> {
    const [, changed] = await transaction.query<[unknown[], number]>(
      'update registry.account set webhook_count = webhook_count + 1 where id = $1 and webhook_count < $2',
      [accountId, this.limits.webhooksPerAccount],
    );
    return changed === 1;
  }
}
