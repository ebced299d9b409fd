import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';
import { newTenant, type Tenant } from './testing/tenant.js';

/** The document as far as it says what can be asked. */
interface Described {
  operationId: string;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
  anyOf?: Schema[];
  examples?: Record<string, unknown>[];
}
interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

let services: ServicesTogether;
let tenant: Tenant;
let document: Document;
beforeAll(async () => {
  services = await servicesTogether();
  tenant = await newTenant(services, 'zanzibar');
  document = (await (await fetch(`${services.baseUrl}/v1/openapi.json`)).json()) as Document;
});
afterAll(() => services.close());

/** JSON texts: no type fits all of them, and some fit none. */
const VALUES = [
  ...[
    'null',
    'true',
    '-1',
    '1.5',
    '1e999',
    '123456789012345678901234567890',
    '""',
    '" "',
    '[]',
    '[null]',
    '[[]]',
    '{}',
  ],
  ...['"\\u0000"', '"\\u0007"', '"\\ud800"', '"__proto__"', '{"__proto__":1}', '{"constructor":{"prototype":{}}}'],
  ...['"0000-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', `"${'x'.repeat(5_000)}"`],
];
const BODIES = [
  ...['', 'null', '[]', '{', '{"a":1,"a":2}', '{"__proto__":{}}', '{"toString":1}', '\ufeff{}', '{}x'],
  `{"a":${'['.repeat(101)}${']'.repeat(101)}}`,
];
const QUERIES = [
  '',
  '-1',
  '99999999999999999999',
  '%00',
  '%ff',
  '__proto__',
  '0000-01-01T00:00:00Z',
  'a'.repeat(3_000),
];
const PARTS = ['%00', '%ff', '__proto__', '..%2f..', 'msg_x', `dlt_${'f'.repeat(32)}`, 'a'.repeat(3_000)];
/** They would take away what the others ask about; and who asks for a stream is in the dispatcher's tests. */
const ENDS = /^(GET \/v1\/(asyncapi|openapi|docs)|DELETE \/v1\/portal-session|GET .*\/(follow|changes)$)/;

const idOf = (path: string, name: string): string => {
  const { ids } = tenant;
  if (name !== 'id') return { table_id: ids.table, user_id: ids.user, name: 'zanzibar.happened' }[name] ?? 'none';
  const [, , kind = ''] = path.split('/');
  const known = {
    webhooks: ids.webhook,
    deliveries: ids.delivery,
    jobs: ids.job,
    sources: ids.source,
    bases: ids.base,
  };
  return new Map(Object.entries({ ...known, 'dead-letters': ids.deadLetter })).get(kind) ?? 'none';
};

interface Question {
  method: string;
  path: string;
  body?: string;
}

/** All that is asked of an operation: each of its parts wrong in each way, and the others right. */
function* questions(path: string, method: string, { parameters = [], requestBody }: Described): Generator<Question> {
  const at = (part?: [string, string]) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => (part?.[0] === name ? part[1] : idOf(path, name)));
  const given = requestBody?.content['application/json']?.schema;
  const schema = given?.$ref === undefined ? given : document.components.schemas[given.$ref.split('/').at(-1) ?? ''];
  const examples = schema?.examples ?? (schema === undefined ? [] : [{}]);
  const body = examples.length === 0 ? {} : { body: JSON.stringify(examples[0]) };
  for (const { name } of parameters.filter((each) => each.in === 'path'))
    for (const part of PARTS) yield { method, path: at([name, part]), ...body };
  // What is right would be done.
  const isAsked = method === 'GET' || schema !== undefined;
  const inQuery = parameters.filter((each) => each.in === 'query');
  const needed = inQuery.filter(({ required }) => required === true);
  for (const { name } of isAsked ? inQuery : [])
    for (const value of QUERIES) {
      const others = needed.filter((each) => each.name !== name).map((each) => `&${each.name}=none`);
      yield { method, path: `${at()}?${name}=${value}${others.join('')}`, ...body };
    }
  yield { method, path: `${at()}?__proto__=1&__proto__[a]=2`, ...body };
  if (schema === undefined) return;
  for (const raw of BODIES) yield { method, path: at(), body: raw };
  for (const example of examples) {
    const names = [schema, ...(schema.anyOf ?? [])].flatMap(({ properties = {} }) => Object.keys(properties));
    for (const name of new Set(names))
      for (const value of VALUES) {
        const members = Object.entries({ ...example, [name]: null }).map(
          ([each, of]) => `${JSON.stringify(each)}:${each === name ? value : JSON.stringify(of)}`,
        );
        yield { method, path: at(), body: `{${members.join(',')}}` };
      }
  }
}

/** Why an answer is none that a caller can go by; null when it is one. */
async function faultOf(asked: Question): Promise<string | null> {
  const headers = { authorization: `Bearer ${tenant.credentials.admin}`, 'content-type': 'application/json' };
  const { method, body } = asked;
  const response = await fetch(services.baseUrl + asked.path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const { status } = response;
  if (status < 400) return null;
  const problem = JSON.parse(text) as { detail?: string; errors?: { path: string; message: string }[] };
  const { detail = '', errors = [] } = problem;
  const namesNothing = status === 400 && errors.length === 0 && !/^the (body|path) /.test(detail);
  const isWrong =
    status >= 500 ||
    status === 405 ||
    detail === '' ||
    namesNothing ||
    new Set(errors.map(({ path, message }) => `${path} ${message}`)).size < errors.length ||
    /undefined|\[object|invalid input|expected/i.test(detail);
  return isWrong
    ? `${method} ${asked.path.slice(0, 120)} ${(body ?? '').slice(0, 300)} → ${status} ${text.slice(0, 300)}`
    : null;
}

it('whatever is asked of our own API, the answer is a refusal that names what is wrong, or it is done', async () => {
  const asked: Question[] = [];
  for (const [path, methods] of Object.entries(document.paths))
    for (const [name, operation] of Object.entries(methods)) {
      const method = name.toUpperCase();
      if (path.startsWith('/v1/') && path !== '/v1/events' && !ENDS.test(`${method} ${path}`))
        asked.push(...questions(path, method, operation));
    }
  expect(asked.length).toBeGreaterThan(2_000);
  const faults: string[] = [];
  for (const each of asked) {
    const fault = await faultOf(each);
    if (fault !== null) faults.push(fault);
  }
  expect(faults).toEqual([]);
}, 300_000);
