import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { unreadableRecord } from '@sluice/contracts/unreadable-record';
import type { EventStream } from '@sluice/event-stream/event-stream';
import { AirtableClient } from '@sluice/testing/stack/airtable-client';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { cellChanged } from '@sluice/testing/stack/table-changes';
import { vi } from 'vitest';

/** What an account has one of, by kind: the ids that paths and bodies name. */
export interface TenantIds {
  account: string;
  key: string;
  user: string;
  base: string;
  table: string;
  field: string;
  token: string;
  webhook: string;
  baseWebhook: string;
  /** Still to be tried again. */
  delivery: string;
  /** Given up. */
  endedDelivery: string;
  job: string;
  deadLetter: string;
  source: string;
  portalLink: string;
}

export interface Tenant {
  /** In the names of all that it made. */
  mark: string;
  ids: TenantIds;
  credentials: {
    admin: string;
    live: string;
    test: string;
    personalAccessToken: string;
    userApiKey: string;
    portalSession: string;
  };
  /** What nobody else may ever see: secrets, ids, and the mark. */
  own: string[];
}

export interface AskedTo {
  method: string;
  path: string;
  body?: unknown;
  contentType?: string;
}

/** The status and the body as text. A session of the portal asks as the portal's page does. */
export async function ask(baseUrl: string, credential: string, { method, path, body, contentType }: AskedTo) {
  const response = await fetch(baseUrl + path, {
    method,
    redirect: 'manual',
    headers: { ...headersOf(credential), 'content-type': contentType ?? 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

const headersOf = (credential: string): Record<string, string> =>
  credential.startsWith('slp_')
    ? { cookie: `sluice_portal=${credential}`, 'sluice-portal': '1' }
    : { authorization: `Bearer ${credential}` };

export interface TenantPlace {
  baseUrl: string;
  operatorKey: string;
  stream: Pick<EventStream, 'publish'>;
}

/** An account with one of everything, made over the public API; but for a dead letter, which somebody else makes. */
export async function newTenant({ baseUrl, operatorKey, stream }: TenantPlace, mark: string): Promise<Tenant> {
  const make = async (authorization: string, method: string, path: string, body?: unknown) => {
    const { status, text } = await ask(baseUrl, authorization, { method, path, body });
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
    return JSON.parse(text) as any;
  };
  const account = await make(operatorKey, 'POST', '/v1/accounts', { name: mark });
  const admin: string = account.admin_key.key;
  const post = (path: string, body: unknown) => make(admin, 'POST', path, body);
  const live = await post('/v1/keys', { kind: 'live' });
  const test = await post('/v1/keys', { kind: 'test' });
  await make(admin, 'PUT', `/v1/event-types/${mark}.happened`, { description: mark });
  await make(admin, 'PUT', `/v1/integrations/${mark}-client`, { name: mark });
  const user = await post('/v1/users', { email: `${mark}@example.org`, name: mark, subject: `idp|${mark}` });
  const base = await post('/v1/bases', { name: mark });
  const table = await post(`/v1/bases/${base.id}/tables`, { name: mark, fields: [{ name: mark, type: 'number' }] });
  await make(admin, 'PUT', `/v1/bases/${base.id}/collaborators/${user.id}`, { role: 'creator' });
  const scopes = ['webhook:manage', 'data.records:read', 'schema.bases:read'];
  const token = await post('/v1/tokens', { user_id: user.id, kind: 'personal_access_token', name: mark, scopes });
  const legacy = await post('/v1/tokens', { user_id: user.id, kind: 'user_api_key', name: mark });
  const client = new SluiceClient(baseUrl, live.key);
  const webhook = await client.subscribe(`http://127.0.0.1:9/${mark}`, `${mark}.happened`);
  const once = { endpoint: `http://127.0.0.1:9/${mark}`, event_type: `${mark}.happened`, retry_schedule: [0] };
  await post('/v1/webhooks', once);
  const opened = await fetch(webhook.portal_link, { redirect: 'manual' });
  const [, portalSession = ''] = /^sluice_portal=([^;]+)/.exec(opened.headers.get('set-cookie') ?? '') ?? [];
  const link = await post('/v1/portal-links', {});
  const airtable = new AirtableClient(baseUrl, base.id, token.token);
  const baseWebhook = await airtable.create({ filters: { dataTypes: ['tableData'] } });
  await client.publish({ id: mark, source: '/tests', type: `${mark}.happened`, data: mark });
  const deliveries = `/v1/deliveries?webhook_id=${webhook.webhook_id}`;
  const delivery = await vi.waitFor(async () => (await make(admin, 'GET', deliveries)).deliveries[0].id, 30_000);
  const ended = `/v1/deliveries?event_id=${mark}&state=exhausted`;
  const endedDelivery = await vi.waitFor(async () => (await make(admin, 'GET', ended)).deliveries[0].id, 30_000);
  const again = { kind: 'resend', webhook_ids: [webhook.webhook_id], since: new Date().toISOString() };
  const job = await post('/v1/jobs', again);
  await client.publish(cellChanged(1, { baseId: base.id, tableId: table.id, fieldId: table.fields[0].id }));
  const source = await post('/v1/sources', { topic: mark, format: 'cloudevents', description: mark });
  await stream.publish(EVENTS_TOPIC, [unreadableOf(account.account_id, mark)]);
  const letters = '/v1/dead-letters';
  const letter = await vi.waitFor(async () => (await make(admin, 'GET', letters)).dead_letters[0].id, 30_000);
  const ids = {
    ...{ account: account.account_id, key: live.id, user: user.id, base: base.id, table: table.id },
    ...{ field: table.fields[0].id, token: token.id, webhook: webhook.webhook_id, baseWebhook: baseWebhook.id },
    ...{ delivery, endedDelivery, job: job.id, deadLetter: letter, source: source.id, portalLink: link.id },
  };
  const credentials = {
    admin,
    live: live.key,
    test: test.key,
    personalAccessToken: token.token,
    userApiKey: legacy.token,
    portalSession,
  };
  const secrets = [webhook.signing_secret, webhook.authentication.header_value, baseWebhook.macSecretBase64];
  return { mark, ids, credentials, own: [mark, ...Object.values(ids), ...Object.values(credentials), ...secrets] };
}

const unreadableOf = (accountId: string, mark: string) => {
  const place = { sourceId: `src_${mark}`, topic: mark, partition: 0, offset: 0n, timestampMs: Date.now() };
  const bytes = Buffer.from(mark);
  return unreadableRecord(
    { ...place, key: bytes, headers: [[mark, bytes]], value: bytes },
    { reason: mark, accountId, former: null },
  );
};

/** Ids of the same form that nobody has. */
export const absentIds = (ids: TenantIds): TenantIds =>
  Object.fromEntries(
    Object.entries(ids).map(([kind, id]) => [kind, id.slice(0, -1) + (id.endsWith('7') ? '8' : '7')]),
  ) as unknown as TenantIds;
