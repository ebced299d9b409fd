import type { KeyScope } from '@sluice/contracts/principal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Route, type ServicesTogether, servicesTogether } from './testing/services-together.js';
import { ask } from './testing/tenant.js';

/** What a route asks for: a scope, an operator's key with it, or any key. */
type Need = KeyScope | 'operator' | 'any key';

/** Each route of our own API, by what it asks for; paths of one kind share a line. */
const NEEDS: readonly [Need, RegExp][] = [
  ['any key', /^\w+ \/v1\/(account|portal-session)$|^GET \/v1\/event-types/],
  ['operator', /^\w+ \/v1\/accounts$/],
  ['publish', /^POST \/v1\/(events|dead-letters)|^DELETE \/v1\/dead-letters/],
  ['admin', /^\w+ \/v1\/(keys|users|bases|tokens|integrations|sources|audit)\b|^(PUT|DELETE) \/v1\/event-types/],
  ['read', /^POST \/v1\/filters\/preview$/],
  ['write', /^(POST|PATCH|PUT|DELETE) |^\w+ \/v1\/portal-links|^GET \/v1\/webhooks\/:id\/secret$/],
  ['read', /^GET /],
];
const EXCEPTIONS: Readonly<Record<string, Need>> = { 'PATCH /v1/account': 'admin' };
const OPEN = ['GET /v1/asyncapi.json', 'GET /v1/openapi.json', 'GET /v1/docs', 'GET /v1/docs.css'];
const SCOPES = ['read', 'write', 'publish', 'admin'] as const;

const needOf = (route: Route): Need =>
  EXCEPTIONS[route] ?? NEEDS.find(([, routes]) => routes.test(route))?.[0] ?? 'read';

let services: ServicesTogether;
/** A key with one scope alone, by scope. */
const keys = new Map<KeyScope, string>();
let test: string;

beforeAll(async () => {
  services = await servicesTogether();
  const { baseUrl, operatorKey } = services;
  const post = async (credential: string, path: string, body: unknown) =>
    JSON.parse((await ask(baseUrl, credential, { method: 'POST', path, body })).text);
  const admin = (await post(operatorKey, '/v1/accounts', { name: 'Scopes' })).admin_key.key;
  for (const scope of SCOPES) keys.set(scope, (await post(admin, '/v1/keys', { scopes: [scope] })).key);
  test = (await post(admin, '/v1/keys', { kind: 'test' })).key;
});
afterAll(() => services.close());

/** A request that is wrong in all but its method and path: what may be done is judged before. A stream would not end. */
function question(route: Route) {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/:\w+/g, 'none');
  if (method === 'GET') return { method, path: `${path}?no_such_parameter=1` };
  return { method, path, ...(method === 'DELETE' ? {} : { body: { no_such_member: 1 } }) };
}

it('every route of our own API lets through who has its scope, and says to everybody else which one lacks', async () => {
  const routes = [...services.routes].filter((route) => route.includes(' /v1/') && !OPEN.includes(route));
  expect(routes.length).toBeGreaterThan(60);
  for (const route of routes) {
    const need = needOf(route);
    for (const [scope, key] of keys) {
      const { status, text } = await ask(services.baseUrl, key, question(route));
      const where = `${route} with ${scope}`;
      const wanted = need === 'operator' ? 'admin' : need;
      if (wanted !== 'any key' && scope !== wanted) {
        const detail = `this needs an API key with the scope ${wanted}`;
        expect([where, status, JSON.parse(text).detail]).toEqual([where, 403, detail]);
      } else if (need === 'operator') {
        expect([where, status]).toEqual([where, 403]);
      } else if (route !== 'DELETE /v1/portal-session') {
        expect([where, status, text]).not.toEqual([where, 403, text]);
        expect([where, status, text]).not.toEqual([where, 401, text]);
      }
    }
  }
});

it('a key without any scope reads the catalogue, and who it is', async () => {
  for (const route of services.routes) {
    if (!route.includes(' /v1/') || OPEN.includes(route) || route === 'DELETE /v1/portal-session') continue;
    const { status } = await ask(services.baseUrl, test, question(route));
    if (needOf(route) === 'any key') expect([route, status]).not.toEqual([route, 401]);
    else expect([route, status]).toEqual([route, 401]);
  }
});

/** Beside what other scopes than those of a session are for. */
const NOT_BY_LINK = /^\w+ \/v1\/(portal-links|dead-letters)/;

it('a session of the portal reads and writes, but makes no links and sees no dead letters', async () => {
  const { baseUrl, operatorKey } = services;
  const link = await ask(baseUrl, operatorKey, { method: 'POST', path: '/v1/portal-links', body: {} });
  const opened = await fetch(JSON.parse(link.text).url, { redirect: 'manual' });
  const [, session = ''] = /^sluice_portal=([^;]+)/.exec(opened.headers.get('set-cookie') ?? '') ?? [];
  for (const route of services.routes) {
    if (!route.includes(' /v1/') || OPEN.includes(route) || route === 'DELETE /v1/portal-session') continue;
    const { status, text } = await ask(baseUrl, session, question(route));
    const isOpen = ['any key', 'read', 'write'].includes(needOf(route)) && !NOT_BY_LINK.test(route);
    expect([route, status === 403, text]).toEqual([route, !isOpen, text]);
    expect([route, status]).not.toEqual([route, 401]);
  }
});

it("at Airtable's face a key needs the scope write, and read for what webhooks tell", async () => {
  const { baseUrl, operatorKey } = services;
  const made = await ask(baseUrl, operatorKey, { method: 'POST', path: '/v1/bases', body: { name: 'Scopes' } });
  const path = `/v0/bases/${JSON.parse(made.text).id}/webhooks`;
  const key = async (scopes: KeyScope[]): Promise<string> => {
    const answer = await ask(baseUrl, operatorKey, { method: 'POST', path: '/v1/keys', body: { scopes } });
    return JSON.parse(answer.text).key;
  };
  const status = async (scopes: KeyScope[], method: string) => {
    const body = { specification: { options: { filters: { dataTypes: ['tableData'] } } } };
    return (await ask(baseUrl, await key(scopes), { method, path, ...(method === 'POST' ? { body } : {}) })).status;
  };
  expect(await status(['read'], 'GET')).toBe(403);
  expect(await status(['write'], 'GET')).toBe(200);
  expect(await status(['write'], 'POST')).toBe(403);
  expect(await status(['read', 'write'], 'POST')).toBe(200);
});
