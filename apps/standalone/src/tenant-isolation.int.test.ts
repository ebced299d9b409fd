import { cellChanged } from '@sluice/testing/stack/table-changes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Route, type ServicesTogether, servicesTogether } from './testing/services-together.js';
import { type AskedTo, absentIds, ask, newTenant, type Tenant, type TenantIds } from './testing/tenant.js';

type Question = Omit<AskedTo, 'method'>;
type Theirs = (ids: TenantIds, asker: Tenant) => Question;

/** `{ theirs }` names what another account has: the answers tell as much as if nobody had it. */
type Way = { theirs: Theirs } | { own: Question } | 'open';

const specification = { options: { filters: { dataTypes: ['tableData'] } } };
const theirs = (path: (ids: TenantIds) => string, body?: unknown): Way => ({
  theirs: (ids) => ({ path: path(ids), body }),
});
const own = (path: string, body?: unknown): Way => ({ own: { path, body } });

const FIRST_ULID = '0'.repeat(26);
/** A list from a place on that everything in it is behind, whoever has it. */
const behind = (list: string, place: string) =>
  `/v1/${list}?cursor=${Buffer.from(`before:${place}`).toString('base64url')}`;

const resendOf = (...webhooks: string[]) => ({ kind: 'resend', webhook_ids: webhooks, since: '2026-01-01T00:00:00Z' });
const replayOf = (...webhooks: string[]) => ({
  ...{ kind: 'replay', webhook_ids: webhooks, from: '2026-01-01T00:00:00Z', as: 'new' },
});
const backfillOf = (webhook: string) => ({ kind: 'backfill', webhook_id: webhook, start_from: 'earliest' });

const rowsOf = (table: string) => ({
  [table]: { table_id: 'tblA1b2C3d4E5f6G7', fields: { status: 'fldA1b2C3d4E5f6G7' } },
});

/** Each route of the gateway, with what a stranger asks there. */
const ways: Record<Route, Way | Way[]> = {
  'GET /': 'open',
  'GET /livez': 'open',
  'GET /readyz': 'open',
  'GET /portal': 'open',
  'GET /portal/*': 'open',
  'GET /portal/assets/:name': 'open',
  'GET /v1/asyncapi.json': 'open',
  'GET /v1/docs': 'open',
  'GET /v1/docs.css': 'open',
  'GET /v1/openapi.json': 'open',

  'POST /api/v1/webhooks': own('/api/v1/webhooks', { endpoint: 'x' }),
  'DELETE /api/v1/webhooks/:id': theirs(({ webhook }) => `/api/v1/webhooks/${webhook}`),
  'POST /api/v1/filters/test': own('/api/v1/filters/test', { event_type: 'no.such.type', filter: {} }),

  'GET /v0/bases/:baseId/webhooks': theirs(({ base }) => `/v0/bases/${base}/webhooks`),
  'POST /v0/bases/:baseId/webhooks': theirs(({ base }) => `/v0/bases/${base}/webhooks`, { specification }),
  'DELETE /v0/bases/:baseId/webhooks/:webhookId': [
    theirs(({ base, baseWebhook }) => `/v0/bases/${base}/webhooks/${baseWebhook}`),
    { theirs: ({ baseWebhook }, { ids }) => ({ path: `/v0/bases/${ids.base}/webhooks/${baseWebhook}` }) },
  ],
  'GET /v0/bases/:baseId/webhooks/:webhookId/payloads': [
    theirs(({ base, baseWebhook }) => `/v0/bases/${base}/webhooks/${baseWebhook}/payloads`),
    { theirs: ({ baseWebhook }, { ids }) => ({ path: `/v0/bases/${ids.base}/webhooks/${baseWebhook}/payloads` }) },
  ],
  'POST /v0/bases/:baseId/webhooks/:webhookId/refresh': [
    theirs(({ base, baseWebhook }) => `/v0/bases/${base}/webhooks/${baseWebhook}/refresh`),
    { theirs: ({ baseWebhook }, { ids }) => ({ path: `/v0/bases/${ids.base}/webhooks/${baseWebhook}/refresh` }) },
  ],
  'POST /v0/bases/:baseId/webhooks/:webhookId/enableNotifications': theirs(
    ({ base, baseWebhook }) => `/v0/bases/${base}/webhooks/${baseWebhook}/enableNotifications`,
    { enable: false },
  ),

  'POST /v1/events': {
    theirs: ({ base, table, field }) => ({
      path: '/v1/events',
      body: { specversion: '1.0', ...cellChanged(2, { baseId: base, tableId: table, fieldId: field }) },
      contentType: 'application/cloudevents+json',
    }),
  },
  'GET /v1/events': [
    theirs(({ base }) => `/v1/events?source=/bases/${base}&id=change-1`),
    own('/v1/events?id=zanzibar'),
  ],
  'GET /v1/events/recent': [own('/v1/events/recent'), own('/v1/events/recent?event_type=zanzibar.happened')],
  'GET /v1/events/data': [
    theirs(({ base }) => `/v1/events/data?source=/bases/${base}&id=change-1`),
    own('/v1/events/data?source=/tests&id=zanzibar'),
  ],
  'GET /v1/event-types': [own('/v1/event-types'), own(behind('event-types', 'event-types/a'))],
  'GET /v1/event-types/:name': own('/v1/event-types/zanzibar.happened'),
  'GET /v1/event-types/:name/schema': own('/v1/event-types/zanzibar.happened/schema'),
  'POST /v1/filters/preview': own('/v1/filters/preview', { event_type: 'zanzibar.happened' }),
  'PUT /v1/event-types/:name': own('/v1/event-types/some.type', {}),
  'DELETE /v1/event-types/:name': own('/v1/event-types/zanzibar.happened'),
  'GET /v1/deliveries': [
    theirs(({ webhook }) => `/v1/deliveries?webhook_id=${webhook}`),
    own('/v1/deliveries'),
    own('/v1/deliveries?event_id=zanzibar'),
  ],
  // Streams end only when nobody reads: what they tell whom is in the dispatcher's follow.int.test.ts.
  'GET /v1/deliveries/follow': own('/v1/deliveries/follow?after=x'),
  'GET /v1/events/follow': own('/v1/events/follow?after=x'),
  'GET /v1/changes': own('/v1/changes?since=x'),
  'GET /v1/statistics': theirs(({ webhook, baseWebhook }) => `/v1/statistics?webhook_ids=${webhook},${baseWebhook}`),
  'GET /v1/deliveries/:id': [
    theirs(({ delivery }) => `/v1/deliveries/${delivery}`),
    theirs(({ endedDelivery }) => `/v1/deliveries/${endedDelivery}`),
  ],
  'POST /v1/deliveries/:id/resend': [
    theirs(({ delivery }) => `/v1/deliveries/${delivery}/resend`),
    theirs(({ endedDelivery }) => `/v1/deliveries/${endedDelivery}/resend`),
  ],
  'GET /v1/dead-letters': own('/v1/dead-letters'),
  'GET /v1/dead-letters/:id': theirs(({ deadLetter }) => `/v1/dead-letters/${deadLetter}`),
  'POST /v1/dead-letters/:id/put-back': theirs(({ deadLetter }) => `/v1/dead-letters/${deadLetter}/put-back`),
  'DELETE /v1/dead-letters/:id': theirs(({ deadLetter }) => `/v1/dead-letters/${deadLetter}`),
  'POST /v1/dead-letters/put-back': {
    theirs: ({ deadLetter }) => ({ path: '/v1/dead-letters/put-back', body: { ids: [deadLetter] } }),
  },
  'POST /v1/dead-letters/drop': [
    { theirs: ({ deadLetter }) => ({ path: '/v1/dead-letters/drop', body: { ids: [deadLetter] } }) },
    { own: { path: '/v1/dead-letters/drop', body: { filter: {} } } },
  ],
  'GET /v1/jobs': own('/v1/jobs'),
  'POST /v1/jobs': [
    { theirs: ({ webhook }) => ({ path: '/v1/jobs', body: resendOf(webhook) }) },
    { theirs: ({ webhook }, { ids }) => ({ path: '/v1/jobs', body: resendOf(ids.webhook, webhook) }) },
    { theirs: ({ delivery }) => ({ path: '/v1/jobs', body: { kind: 'resend', delivery_id: delivery } }) },
    { theirs: ({ endedDelivery }) => ({ path: '/v1/jobs', body: { kind: 'resend', delivery_id: endedDelivery } }) },
    { theirs: ({ webhook }) => ({ path: '/v1/jobs', body: replayOf(webhook) }) },
    { theirs: ({ webhook }, { ids }) => ({ path: '/v1/jobs', body: replayOf(ids.webhook, webhook) }) },
    { theirs: ({ webhook }) => ({ path: '/v1/jobs', body: backfillOf(webhook) }) },
  ],
  'GET /v1/jobs/:id': theirs(({ job }) => `/v1/jobs/${job}`),
  'POST /v1/jobs/:id/cancel': theirs(({ job }) => `/v1/jobs/${job}/cancel`),
  'GET /v1/webhooks': own('/v1/webhooks?limit=1000'),
  'POST /v1/webhooks': own('/v1/webhooks', { endpoint: 'x', event_type: 'no.such.type' }),
  'GET /v1/webhooks/:id': theirs(({ webhook }) => `/v1/webhooks/${webhook}`),
  'PATCH /v1/webhooks/:id': [
    theirs(({ webhook }) => `/v1/webhooks/${webhook}`, { description: 'another' }),
    theirs(({ baseWebhook }) => `/v1/webhooks/${baseWebhook}`, { description: 'another' }),
  ],
  'DELETE /v1/webhooks/:id': [
    theirs(({ webhook }) => `/v1/webhooks/${webhook}`),
    theirs(({ baseWebhook }) => `/v1/webhooks/${baseWebhook}`),
  ],
  'POST /v1/webhooks/:id/test': theirs(({ webhook }) => `/v1/webhooks/${webhook}/test`, { data: 1 }),
  'POST /v1/webhooks/:id/pause': theirs(({ webhook }) => `/v1/webhooks/${webhook}/pause`),
  'POST /v1/webhooks/:id/resume': theirs(({ webhook }) => `/v1/webhooks/${webhook}/resume`),
  'POST /v1/webhooks/:id/disable': theirs(({ webhook }) => `/v1/webhooks/${webhook}/disable`),
  'POST /v1/webhooks/:id/enable': theirs(({ webhook }) => `/v1/webhooks/${webhook}/enable`),
  'GET /v1/webhooks/:id/statistics': [
    theirs(({ webhook }) => `/v1/webhooks/${webhook}/statistics`),
    theirs(({ baseWebhook }) => `/v1/webhooks/${baseWebhook}/statistics`),
  ],
  'GET /v1/webhooks/:id/secret': theirs(({ webhook }) => `/v1/webhooks/${webhook}/secret`),
  'GET /v1/sources': own('/v1/sources?limit=1000'),
  'POST /v1/sources': [
    own('/v1/sources', { topic: 'zanzibar', format: 'avro' }),
    {
      theirs: ({ base }) => ({
        path: '/v1/sources',
        body: { topic: 'another', format: 'debezium', debezium: { base_id: base, tables: rowsOf('public.orders') } },
      }),
    },
  ],
  'GET /v1/sources/:id': theirs(({ source }) => `/v1/sources/${source}`),
  'PATCH /v1/sources/:id': theirs(({ source }) => `/v1/sources/${source}`, { description: 'another' }),
  'DELETE /v1/sources/:id': theirs(({ source }) => `/v1/sources/${source}`),
  'POST /v1/sources/:id/pause': theirs(({ source }) => `/v1/sources/${source}/pause`),
  'POST /v1/sources/:id/resume': theirs(({ source }) => `/v1/sources/${source}/resume`),
  'GET /v1/account': own('/v1/account'),
  'PATCH /v1/account': own('/v1/account', {}),
  'GET /v1/accounts': own('/v1/accounts'),
  'GET /v1/audit': own('/v1/audit?limit=1000'),
  'GET /v1/portal-links': own('/v1/portal-links?limit=1000'),
  'POST /v1/portal-links': own('/v1/portal-links', { expires_at: 'x' }),
  'DELETE /v1/portal-links/:id': theirs(({ portalLink }) => `/v1/portal-links/${portalLink}`),
  'POST /v1/webhooks/:id/secret/rotate': [
    theirs(({ webhook }) => `/v1/webhooks/${webhook}/secret/rotate`, {}),
    theirs(({ baseWebhook }) => `/v1/webhooks/${baseWebhook}/secret/rotate`, {}),
  ],
  'POST /v1/accounts': own('/v1/accounts', { name: 'another' }),
  'GET /v1/keys': [own('/v1/keys'), own(behind('keys', `key_${FIRST_ULID}`))],
  'POST /v1/keys': own('/v1/keys', { kind: 'test' }),
  'DELETE /v1/keys/:id': theirs(({ key }) => `/v1/keys/${key}`),

  'GET /v1/users': [own('/v1/users'), own(behind('users', 'users/0/usr00000000000000'))],
  'POST /v1/users': own('/v1/users', {}),
  'DELETE /v1/users/:id': theirs(({ user }) => `/v1/users/${user}`),
  'GET /v1/bases': [own('/v1/bases'), own(behind('bases', 'bases/0/app00000000000000'))],
  'POST /v1/bases': own('/v1/bases', { name: 'another' }),
  'GET /v1/bases/:id': theirs(({ base }) => `/v1/bases/${base}`),
  'DELETE /v1/bases/:id': theirs(({ base }) => `/v1/bases/${base}`),
  'POST /v1/bases/:id/tables': theirs(({ base }) => `/v1/bases/${base}/tables`, { name: 'another' }),
  'PUT /v1/bases/:id/tables/:table_id': theirs(({ base, table }) => `/v1/bases/${base}/tables/${table}`, {
    ...{ name: 'another', fields: [], views: [] },
  }),
  'DELETE /v1/bases/:id/tables/:table_id': [
    theirs(({ base, table }) => `/v1/bases/${base}/tables/${table}`),
    { theirs: ({ table }, { ids }) => ({ path: `/v1/bases/${ids.base}/tables/${table}` }) },
  ],
  'GET /v1/bases/:id/collaborators': [
    theirs(({ base }) => `/v1/bases/${base}/collaborators`),
    theirs(({ base }) => behind(`bases/${base}/collaborators`, 'collaborators/a@a')),
  ],
  'PUT /v1/bases/:id/collaborators/:user_id': [
    {
      theirs: ({ base }, { ids }) => ({ path: `/v1/bases/${base}/collaborators/${ids.user}`, body: { role: 'owner' } }),
    },
    {
      theirs: ({ user }, { ids }) => ({ path: `/v1/bases/${ids.base}/collaborators/${user}`, body: { role: 'owner' } }),
    },
  ],
  'DELETE /v1/bases/:id/collaborators/:user_id': [
    theirs(({ base, user }) => `/v1/bases/${base}/collaborators/${user}`),
    { theirs: ({ user }, { ids }) => ({ path: `/v1/bases/${ids.base}/collaborators/${user}` }) },
  ],
  'GET /v1/tokens': [own('/v1/tokens'), own(behind('tokens', `tok_${FIRST_ULID}`))],
  'POST /v1/tokens': [
    { theirs: ({ user }) => ({ path: '/v1/tokens', body: { user_id: user, kind: 'user_api_key', name: 'another' } }) },
    {
      theirs: ({ base }, { ids }) => ({
        path: '/v1/tokens',
        body: { user_id: ids.user, kind: 'personal_access_token', name: 'another', bases: [base] },
      }),
    },
  ],
  'DELETE /v1/tokens/:id': theirs(({ token }) => `/v1/tokens/${token}`),
  'GET /v1/integrations': [own('/v1/integrations'), own(behind('integrations', 'integrations/0/a'))],
  'PUT /v1/integrations/:client_id': own('/v1/integrations/some-client', { name: 'another' }),
  'DELETE /v1/integrations/:client_id': own('/v1/integrations/zanzibar-client'),

  // The last one: it ends the stranger's own session.
  'DELETE /v1/portal-session': own('/v1/portal-session'),
};

const walk = Object.entries(ways).flatMap(([route, way]) => [way].flat().map((each) => ({ route, way: each })));
const methodOf = (route: string): string => route.slice(0, route.indexOf(' '));

let services: ServicesTogether;
let owner: Tenant;
let stranger: Tenant;
let before: string[];

beforeAll(async () => {
  services = await servicesTogether();
  owner = await newTenant(services, 'zanzibar');
  stranger = await newTenant(services, 'quito');
  before = await all(owner);
});
afterAll(() => services.close());

/** Everything that an account can read of itself. */
async function all({ mark, ids, credentials }: Tenant): Promise<string[]> {
  const read = async (path: string) => {
    const { status, text } = await ask(services.baseUrl, credentials.admin, { method: 'GET', path });
    expect([path, status]).toEqual([path, 200]);
    return text.replace(/"(expirationTime|next_attempt_at|attempts_made|reason)":("[^"]*"|null|\d+)/g, '');
  };
  const base = `/v1/bases/${ids.base}`;
  const lists = ['/v1/users', '/v1/bases', base, `${base}/collaborators`, '/v1/tokens', '/v1/integrations'];
  const hooks = `/v0/bases/${ids.base}/webhooks`;
  const deliveries = `/v1/deliveries?webhook_id=${ids.webhook}`;
  const others = [
    '/v1/keys',
    '/v1/account',
    '/v1/portal-links',
    '/v1/event-types',
    '/v1/webhooks',
    `/v1/webhooks/${ids.webhook}/secret`,
    deliveries,
    `/v1/deliveries?event_id=${mark}&state=exhausted`,
    '/v1/jobs',
    '/v1/dead-letters',
    '/v1/sources',
    hooks,
  ];
  const texts: string[] = [];
  for (const path of [...lists, ...others, `${hooks}/${ids.baseWebhook}/payloads`]) texts.push(await read(path));
  return texts;
}

it('every route has its line', () => {
  expect([...services.routes].sort()).toEqual(Object.keys(ways).sort());
});

it('an account finds all of its own', () => {
  for (const id of Object.entries(owner.ids)) {
    if (id[0] !== 'account') expect([id[0], before.some((text) => text.includes(id[1]))]).toEqual([id[0], true]);
  }
});

describe.each(['admin', 'live', 'test', 'personalAccessToken', 'userApiKey', 'portalSession'] as const)(
  "with a stranger's %s",
  (kind) => {
    it.each(walk)('$route', async ({ route, way }) => {
      if (way === 'open') return;
      const askAs = (question: Question) =>
        ask(services.baseUrl, stranger.credentials[kind], { method: methodOf(route), ...question });
      if ('own' in way) {
        const { text } = await askAs(way.own);
        expect(owner.own.filter((secret) => text.includes(secret) && !way.own.path.includes(secret))).toEqual([]);
        return;
      }
      const absent = absentIds(owner.ids);
      const real = await askAs(way.theirs(owner.ids, stranger));
      const made = await askAs(way.theirs(absent, stranger));
      expect(real.status).toBeGreaterThanOrEqual(400);
      expect(real.status).toBeLessThan(500);
      expect({ ...real, text: withoutIds(real.text, owner.ids) }).toEqual({
        ...made,
        text: withoutIds(made.text, absent),
      });
    });
  },
);

const withoutIds = (text: string, ids: TenantIds): string =>
  Object.entries(ids).reduce((shown, [kind, id]) => shown.replaceAll(id, `<${kind}>`), text);

it('leaves everything as it was', async () => {
  expect(await all(owner)).toEqual(before);
  for (const [kind, credential] of Object.entries(owner.credentials)) {
    const isOurs = kind === 'test' || kind === 'portalSession';
    const path = isOurs ? '/v1/event-types' : `/v0/bases/${owner.ids.base}/webhooks`;
    const { status } = await ask(services.baseUrl, credential, { method: 'GET', path });
    expect([kind, status]).toEqual([kind, 200]);
  }
});
