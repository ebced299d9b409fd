import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';
import { ask } from './testing/tenant.js';

let services: ServicesTogether;
let admin: string;
let base: string;

beforeAll(async () => {
  services = await servicesTogether();
  admin = (await send('POST', '/v1/accounts', { name: 'Pages' }, services.operatorKey)).admin_key.key;
  base = (await send('POST', '/v1/bases', { name: 'Collaborators' })).id;
});
afterAll(() => services.close());

async function send(method: string, path: string, body?: unknown, credential = admin) {
  const { status, text } = await ask(services.baseUrl, credential, { method, path, body });
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  return JSON.parse(text) as any;
}

let drawn = 0;
const newUser = () => send('POST', '/v1/users', { email: `u${20 - ++drawn}@example.org` });

interface List {
  path: () => string;
  /** The member that has the things, and what each is known by. */
  things: string;
  id: string;
  add: (nth: number) => Promise<unknown>;
  /** How a thing goes, where it can. */
  remove?: (id: string) => string;
}

const LISTS: readonly List[] = [
  {
    ...{ path: () => '/v1/keys', things: 'keys', id: 'id', remove: (id) => `/v1/keys/${id}` },
    add: () => send('POST', '/v1/keys', { kind: 'test' }),
  },
  { path: () => '/v1/users', things: 'users', id: 'id', remove: (id) => `/v1/users/${id}`, add: newUser },
  {
    ...{ path: () => '/v1/bases', things: 'bases', id: 'id', remove: (id) => `/v1/bases/${id}` },
    add: () => send('POST', '/v1/bases', { name: 'One of many' }),
  },
  {
    ...{ path: () => '/v1/tokens', things: 'tokens', id: 'id', remove: (id) => `/v1/tokens/${id}` },
    add: async () =>
      send('POST', '/v1/tokens', { user_id: (await newUser()).id, kind: 'user_api_key', name: 'One of many' }),
  },
  {
    ...{ path: () => '/v1/integrations', things: 'integrations', id: 'client_id' },
    remove: (id) => `/v1/integrations/${encodeURIComponent(id)}`,
    add: (nth) => send('PUT', `/v1/integrations/${encodeURIComponent(`${9 - nth}/\u00fc 1`)}`, { name: 'One of many' }),
  },
  {
    ...{ path: () => `/v1/bases/${base}/collaborators`, things: 'collaborators', id: 'user_id' },
    remove: (id) => `/v1/bases/${base}/collaborators/${id}`,
    add: async () => send('PUT', `/v1/bases/${base}/collaborators/${(await newUser()).id}`, { role: 'editor' }),
  },
  {
    ...{ path: () => '/v1/event-types', things: 'event_types', id: 'name' },
    add: (nth) => send('PUT', `/v1/event-types/a${9 - nth}.happened`, {}),
  },
];

it.each(LISTS)('$things come page by page, each once, whatever is added or deleted meanwhile', async (list) => {
  const page = async (query: string): Promise<{ ids: string[]; next: string | null }> => {
    const { [list.things]: things, next_cursor: next } = await send('GET', list.path() + query);
    return { ids: things.map((thing: Record<string, string>) => thing[list.id]), next };
  };
  for (const nth of [1, 2, 3, 4]) await list.add(nth);
  const whole = await page('');
  expect(whole).toEqual({ ids: expect.anything(), next: null });
  expect(whole.ids.length).toBeGreaterThanOrEqual(4);

  let { ids, next } = await page('?limit=2');
  expect(ids).toEqual(whole.ids.slice(0, 2));
  if (list.remove !== undefined) await send('DELETE', list.remove(ids[1]!));
  await list.add(5);
  const rest: string[] = [];
  while (next !== null) {
    ({ ids, next } = await page(`?limit=1&cursor=${next}`));
    expect(ids).toHaveLength(1);
    rest.push(...ids);
  }
  expect(rest.filter((id) => whole.ids.includes(id))).toEqual(whole.ids.slice(2));
});
