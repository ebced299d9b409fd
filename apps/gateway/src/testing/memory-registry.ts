import { randomBytes } from 'node:crypto';
import type { CreatedKey } from '@sluice/contracts/account-commands';
import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { Bases } from '@sluice/contracts/base-commands';
import type { RememberedAnswer } from '@sluice/contracts/idempotency-commands';
import type { KeyKind, KeyScope, Principal, Purpose } from '@sluice/contracts/principal';
import type { EventType, Registry, WebhookSummary } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Sources } from '@sluice/contracts/sources';

const FOLLOW_SCHEMA = {
  type: 'object',
  required: ['id', 'followerProfileId'],
  properties: { id: { type: 'string' }, followerProfileId: { type: 'string' }, blockNumber: { type: 'integer' } },
};

const NOT_PART = 'not part of this test';

/** The registry's contract as far as the gateway's tests need it, kept in memory. */
export class MemoryRegistry {
  readonly principals = new Map<string, Principal>();
  readonly eventTypes: EventType[] = [
    { name: 'follow.created', description: '', schema: JSON.stringify(FOLLOW_SCHEMA), example: null, builtIn: true },
    { name: 'anything', description: '', schema: null, example: null, builtIn: false },
  ];
  readonly webhooks = new Map<string, { accountId: string; sample: string | null; summary: WebhookSummary }>();
  /** Requests under an `Idempotency-Key`, by account and key. */
  readonly requests = new Map<string, { fingerprint: string; lease: string; answer: RememberedAnswer | null }>();
  /** What a list shows, the newest first. */
  readonly shown: readonly WebhookSummary[] = ['Z', 'Y', 'X'].map((end) => ({
    ...SHOWN,
    id: SHOWN.id.slice(0, -1) + end,
  }));
  readonly accounts = new Set(['acc1', 'acc2', 'acc7']);
  readonly asked: string[] = [];
  /** What stands on the audit trail of what dispatchers did: which key, what, to what, from where. */
  readonly acts: unknown[][] = [];
  /** What a command throws, or does before it answers. */
  before: (command: string) => Promise<void> = async () => {};
  /** While set, every account has all the webhooks that it may have. */
  full = false;
  /** Whether the answer to a creation shows the webhook: the registry of the version before did not. */
  tellsCreated = true;
  currentRevision = 1;
  accountName = 'Fish & <b>Chips</b>';

  add(credential: string, principal: Partial<Principal> = {}): string {
    const { size } = this.principals;
    const common = { keyId: `key${size}`, accountId: 'acc1', audience: 'own', operator: false } as const;
    this.principals.set(credential, { ...common, kind: 'live', ...principal });
    return credential;
  }

  readonly commands: Omit<Registry, keyof (AirtableWebhooks & Bases & Sources)> = {
    authorize: (request) =>
      this.answer('authorize', (): Result<Principal> => {
        const principal = this.principals.get(request.credential);
        if (principal === undefined) return refused('unauthenticated', 'this API key is not known');
        const { kind, operator } = principal;
        if (kind === 'test' && SCOPE_FOR[request.purpose] !== undefined)
          return refused('unauthenticated', 'this is a test key');
        const scope = SCOPE_FOR[request.purpose];
        if (scope !== undefined && !SCOPES[kind].includes(scope)) return refused('forbidden', `this needs ${scope}`);
        if (BY_KEYS_ALONE.has(request.purpose) && kind === 'portal') return refused('forbidden', 'this needs a key');
        if (request.purpose === 'operate' && !operator) return refused('forbidden', 'this needs an operator');
        return accepted(principal);
      }),
    catalogue: () => this.answer('catalogue', () => accepted({ eventTypes: [...this.eventTypes], more: false })),
    putEventType: ({ name, description, schema, example = null, ifMatch }) =>
      this.answer('putEventType', () => {
        const at = this.eventTypes.findIndex((type) => type.name === name);
        if (isAnother(this.eventTypes[at]?.tag, ifMatch)) return CHANGED;
        const type = { name, description, schema, example, builtIn: false, tag: tagFor(description) };
        this.eventTypes.splice(at === -1 ? this.eventTypes.length : at, 1, type);
        return accepted(type);
      }),
    deleteEventType: ({ name, ifMatch }) =>
      this.answer('deleteEventType', () => {
        const at = this.eventTypes.findIndex((type) => type.name === name);
        if (at === -1) return refused('not_found', 'no such type');
        if (isAnother(this.eventTypes[at]?.tag, ifMatch)) return CHANGED;
        this.eventTypes.splice(at, 1);
        return accepted({});
      }),
    createWebhook: ({ credential, endpoint, eventType, filter, sample, options }) =>
      this.answer('createWebhook', () => {
        if (!URL.canParse(endpoint)) return refused('invalid', 'endpoint must be an absolute URL', 'endpoint');
        if (this.full) return refused('too_many', 'this account has all that it may have');
        const id = `01J${randomBytes(16).toString('hex').slice(0, 23).toUpperCase()}`;
        const webhook = { ...SHOWN, id, endpoint, eventType, filter, ...options };
        const accountId = this.principals.get(credential)?.accountId ?? '';
        this.webhooks.set(id, { accountId, sample, summary: webhook });
        this.currentRevision += 1;
        return accepted({
          id,
          ...(this.tellsCreated ? { webhook } : {}),
          header: { name: 'x-airstack-webhook', value: '0123456789abcdef' },
          signingSecret: 'whsec_c2VjcmV0',
          portalToken: 'a.token/with+signs',
          revision: this.currentRevision,
        });
      }),
    deleteWebhook: ({ credential, webhookId }) =>
      this.answer('deleteWebhook', () => {
        if (this.webhooks.get(webhookId)?.accountId !== this.principals.get(credential)?.accountId) {
          return refused('not_found', 'no such webhook');
        }
        this.webhooks.delete(webhookId);
        this.currentRevision += 1;
        return accepted({ revision: this.currentRevision });
      }),
    startWebhookFrom: () => Promise.reject(new Error('the dispatcher asks this')),
    getWebhook: ({ credential, webhookId }) =>
      this.answer('getWebhook', () => {
        const found = this.webhooks.get(webhookId);
        const isOwn = found?.accountId === this.principals.get(credential)?.accountId;
        return found !== undefined && isOwn
          ? accepted({ webhook: found.summary, tag: tagOf(found.summary) })
          : NO_WEBHOOK;
      }),
    updateWebhook: ({ webhookId, endpoint, filter, options, ifMatch }) =>
      this.answer('updateWebhook', () => {
        const found = this.webhooks.get(webhookId)?.summary;
        if (found !== undefined && isAnother(tagOf(found), ifMatch)) return CHANGED;
        return this.change(webhookId, {
          ...(endpoint === undefined ? {} : { endpoint }),
          ...(filter === undefined ? {} : { filter }),
          ...options,
        });
      }),
    switchWebhook: ({ webhookId, turn }) =>
      this.answer('switchWebhook', () => this.change(webhookId, { state: TURNED[turn] })),
    listWebhooks: ({ limit, before }) =>
      this.answer('listWebhooks', () => {
        const rest = this.shown.filter(({ id }) => before === undefined || id < before);
        return accepted({ webhooks: rest.slice(0, limit), more: rest.length > limit });
      }),
    webhookSecret: ({ webhookId }) =>
      this.answer('webhookSecret', () =>
        this.webhooks.has(webhookId) ? accepted({ secret: 'whsec_c2VjcmV0' }) : refused('not_found', 'no such webhook'),
      ),
    openPortalSession: ({ token }) =>
      this.answer('openPortalSession', () => {
        if (token !== 'a.token/with+signs') return refused('unauthenticated', 'the link has expired');
        const session = this.add(`slp_${randomBytes(32).toString('base64url')}`, { kind: 'portal' });
        return accepted({ session, expiresAt: SHOWN.createdAt });
      }),
    endPortalSession: ({ credential }) =>
      this.answer('endPortalSession', () => {
        if (this.principals.get(credential)?.kind !== 'portal') return refused('forbidden', 'no session');
        this.principals.delete(credential);
        return accepted({});
      }),
    getAccount: ({ credential }) =>
      this.answer('getAccount', () => {
        const principal = this.principals.get(credential);
        if (principal === undefined) return refused('unauthenticated', 'the session has ended');
        return accepted(this.ownAccount(principal));
      }),
    renameAccount: ({ credential, name, ifMatch }) =>
      this.answer('renameAccount', () => {
        if (isAnother(tagFor(this.accountName), ifMatch)) return CHANGED;
        this.accountName = name;
        return accepted(this.ownAccount(this.principals.get(credential)!));
      }),
    createAccount: ({ name }) =>
      this.answer('createAccount', () => accepted({ accountId: `acc-${name}`, adminKey: key('admin') })),
    accountExists: ({ accountId }) =>
      this.answer('accountExists', () => accepted({ exists: this.accounts.has(accountId) })),
    createKey: ({ kind = 'live' }) => this.answer('createKey', () => accepted(key(kind))),
    listKeys: ({ credential }) => {
      const { accountId: _account, key: _secret, ...shown } = key('live');
      const listed = { ...shown, createdAt: SHOWN.createdAt, revokedAt: null };
      return this.answer('listKeys', () =>
        accepted({ keys: this.principals.has(credential) ? [listed] : [], more: false }),
      );
    },
    revokeKey: ({ keyId }) => this.answer('revokeKey', () => accepted({ keyId })),
    revision: () => this.answer('revision', () => ({ revision: this.currentRevision })),
    beginRequest: ({ credential, key, fingerprint }) =>
      this.answer('beginRequest', () => {
        const name = `${this.principals.get(credential)?.accountId} ${key}`;
        const known = this.requests.get(name);
        if (known === undefined) {
          const lease = String(this.requests.size);
          this.requests.set(name, { fingerprint, lease, answer: null });
          return accepted({ is: 'first', lease });
        }
        if (known.fingerprint !== fingerprint) return accepted({ is: 'another' });
        return accepted(known.answer === null ? { is: 'under_way' } : { is: 'answered', answer: known.answer });
      }),
    settleRequest: ({ credential, key, answer }) =>
      this.answer('settleRequest', () => {
        const name = `${this.principals.get(credential)?.accountId} ${key}`;
        const known = this.requests.get(name);
        if (answer === null) this.requests.delete(name);
        else if (known !== undefined) known.answer = answer;
        return accepted({});
      }),
    listAccounts: () => Promise.reject(new Error(NOT_PART)),
    listAudit: () => Promise.reject(new Error(NOT_PART)),
    recordAct: ({ credential, action, subject, from }) =>
      this.answer('recordAct', () => {
        this.acts.push([this.principals.get(credential)?.keyId, action, subject, from]);
        return accepted({});
      }),
    createPortalLink: () => Promise.reject(new Error(NOT_PART)),
    listPortalLinks: () => Promise.reject(new Error(NOT_PART)),
    revokePortalLink: ({ credential }) =>
      this.answer('revokePortalLink', () => {
        const accountId = this.principals.get(credential)?.accountId;
        for (const [session, principal] of this.principals)
          if (principal.kind === 'portal' && principal.accountId === accountId) this.principals.delete(session);
        return accepted({});
      }),
    rotateWebhookSecret: () => Promise.reject(new Error(NOT_PART)),
    follow: () => Promise.reject(new Error(NOT_PART)),
    leave: () => Promise.reject(new Error(NOT_PART)),
    disableWebhook: () => Promise.reject(new Error(NOT_PART)),
  };

  private ownAccount({ accountId: id, operator, keyId, kind }: Principal) {
    const name = this.accountName;
    return {
      account: { id, name, operator, createdAt: SHOWN.createdAt },
      caller: {
        kind: kind === 'portal' ? ('portal' as const) : ('key' as const),
        id: keyId,
        scopes: [...SCOPES[kind]],
        expiresAt: null,
      },
      tag: tagFor(name),
    };
  }

  private change(webhookId: string, change: Partial<WebhookSummary>) {
    const found = this.webhooks.get(webhookId);
    if (found === undefined) return NO_WEBHOOK;
    found.summary = { ...found.summary, ...change };
    this.currentRevision += 1;
    return accepted({ webhook: found.summary, tag: tagOf(found.summary), revision: this.currentRevision });
  }

  private async answer<A>(command: string, give: () => A): Promise<A> {
    this.asked.push(command);
    await this.before(command);
    return give();
  }
}

const SCOPES: Readonly<Record<Principal['kind'], readonly KeyScope[]>> = {
  live: ['read', 'write', 'publish'],
  test: [],
  admin: ['read', 'write', 'publish', 'admin'],
  portal: ['read', 'write'],
};
const SCOPE_FOR: Readonly<Partial<Record<Purpose, KeyScope>>> = {
  ...{ subscribe: 'write', share: 'write', publish: 'publish', read: 'read', inspect: 'read', manage: 'admin' },
  ...{ operate: 'admin' },
};
const BY_KEYS_ALONE: ReadonlySet<Purpose> = new Set(['share', 'inspect']);

const key = (kind: KeyKind): CreatedKey => ({
  id: 'key9',
  accountId: 'acc1',
  kind,
  scopes: [...SCOPES[kind]],
  audience: 'own',
  name: null,
  expiresAt: null,
  key: `sluice_${kind}_9`,
});

const tagOf = ({ description }: WebhookSummary): string => `tag-${description}`;

/** A tag that a header can carry, whatever the text. */
export const tagFor = (text: string | null): string => `tag-${Buffer.from(String(text)).toString('base64url')}`;

const CHANGED = refused('changed', 'it was changed');
export const isAnother = (tag: string | undefined, ifMatch: readonly string[] | undefined): boolean =>
  ifMatch !== undefined && (tag === undefined || !(ifMatch.includes('*') || ifMatch.includes(tag)));

const NO_WEBHOOK = refused('not_found', 'no such webhook');
const TURNED = { pause: 'paused', resume: 'enabled', enable: 'enabled', disable: 'disabled' } as const;

const SHOWN: WebhookSummary = {
  id: '01J00000000000000000000000',
  dialect: 'airstack',
  baseId: null,
  endpoint: 'https://example.com/"><script>alert(1)</script>',
  eventType: 'follow.created',
  filter: '{"a":"<i>"}',
  state: 'enabled',
  disabledReason: null,
  disabledAt: null,
  createdAt: '2024-05-17T09:30:00Z',
  description: null,
  ordering: 'none',
  rateLimit: null,
  concurrency: null,
  retrySchedule: null,
};
