import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, expect, it } from 'vitest';
import type { OpenapiDocument } from '../operations/openapi-document.js';
import { gatewayUnderTest } from '../testing/gateway-under-test.js';
import { DocumentReader, type DocumentSchema } from './document-reader.js';

interface Answer {
  content?: Record<string, { schema: DocumentSchema }>;
}
interface Asked {
  parameters?: { name: string; in: string; required?: boolean; schema: DocumentSchema }[];
  requestBody?: { content: Record<string, { schema: DocumentSchema }> };
  responses: Record<string, Answer>;
  security: object[];
}

const gateway = await gatewayUnderTest();
gateway.registry.add('admin-key', { kind: 'admin', operator: true });
afterAll(() => gateway.stop());

const document = (await (await gateway.ask('/v1/openapi.json')).json()) as OpenapiDocument;
const reader = new DocumentReader(document);
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(closed(document) as object, 'document');

/** Answers may get more members with time; today they have those that are described, and no others. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]));
  const isClosed = 'properties' in copy && copy.type === 'object' && !('additionalProperties' in copy);
  return isClosed ? { ...copy, additionalProperties: false } : copy;
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, asked: operation as unknown as Asked })),
);

/** Ids that nothing has, of the form that each path wants. */
const IDS: Readonly<Record<string, string>> = {
  jobs: `job_${'0'.repeat(26)}`,
  deliveries: `msg_${'0'.repeat(32)}`,
  'dead-letters': `dlt_${'0'.repeat(32)}`,
  sources: `src_${'0'.repeat(26)}`,
};

function targetOf(path: string, { parameters = [] }: Asked): string {
  const id = IDS[path.split('/')[2] ?? ''] ?? '01J00000000000000000000000';
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(({ name }) => `${name}=a`);
  const target = path.replace('{table_id}', `tbl${'0'.repeat(14)}`).replace(/\{\w+\}/g, id);
  return query.length === 0 ? target : `${target}?${query.join('&')}`;
}

/** Asks for real, and holds the answer against what the document says of it. */
async function hold(method: string, target: string, asked: Asked, init: RequestInit): Promise<number> {
  const response = await gateway.ask(target, { method: method.toUpperCase(), ...init });
  const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isEndless) await response.body?.cancel();
  const text = isEndless ? '' : await response.text();
  const described = asked.responses[response.status];
  expect(described, `${response.status} ${text}`).toBeDefined();
  const type = response.headers.get('content-type') ?? '';
  const essence = type.split(';')[0];
  const [, media] = Object.entries(described?.content ?? {}).find(([each]) => each.split(';')[0] === essence) ?? [];
  expect(media, `${response.status} ${type}`).toBeDefined();
  if (!type.includes('json')) return response.status;
  const schema = JSON.parse(JSON.stringify(closed(media?.schema)).replaceAll('"#/', '"document#/'));
  const isValid = ajv.validate(schema, JSON.parse(text));
  expect(isValid ? [] : ajv.errors, text).toEqual([]);
  return response.status;
}

it.each(operations)('$method $path answers as the document says', async ({ method, path, asked }) => {
  const [content] = Object.entries(asked.requestBody?.content ?? {});
  const body = content === undefined ? undefined : JSON.stringify(reader.example(content[1].schema));
  const key = { authorization: path.startsWith('/v0/') ? 'Bearer pat' : 'Bearer admin-key' };
  const headers = { ...key, ...(content === undefined ? {} : { 'content-type': content[0] }) };
  const target = targetOf(path, asked);
  await hold(method, target, asked, { headers, ...(body === undefined ? {} : { body }) });
  if (asked.security.length > 0) expect(await hold(method, target, asked, {})).toBe(401);
  if (content !== undefined) {
    const broken = { headers: { ...key, 'content-type': content[0] }, body: '{"' };
    expect([400, 403]).toContain(await hold(method, target, asked, broken));
  }
  if (path.startsWith('/v1/')) {
    const misspelt = `${target}${target.includes('?') ? '&' : '?'}misspelt=1`;
    expect(await hold(method, misspelt, asked, { headers: key })).toBe(400);
  }
});
