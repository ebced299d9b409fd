import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenapiDocument } from '../operations/openapi-document.js';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';
import { DocumentReader, type DocumentSchema } from './document-reader.js';

let gateway: GatewayUnderTest;
let document: OpenapiDocument;
const served: string[] = [];
beforeAll(async () => {
  gateway = await gatewayUnderTest({}, (fastify) =>
    fastify.addHook('onRoute', ({ method, url }) => {
      served.push(...[method].flat().map((each) => `${each} ${url.replace(/:(\w+)/g, '{$1}')}`));
    }),
  );
  document = (await (await gateway.ask('/v1/openapi.json')).json()) as OpenapiDocument;
});
afterAll(() => gateway.stop());

/** Pages and files of the portal: they are for people, and their paths are the page's own. */
const isPage = (route: string): boolean => /^GET \/portal(\/assets\/\{name\}|\/\*)?$/.test(route);

describe('the OpenAPI document', () => {
  it('is there for everybody, as JSON', async () => {
    const response = await gateway.ask('/v1/openapi.json');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(document.openapi).toBe('3.1.1');
  });

  it('has every route that is served, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = served.filter((route) => !route.startsWith('HEAD ') && !isPage(route));
    expect(described.sort()).toEqual([...new Set(routes)].sort());
  });

  it('has examples that its schemas take, of every body that is sent', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(ajv);
    ajv.addSchema(document, 'document');
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      for (const example of (schema as { examples?: unknown[] }).examples ?? []) {
        const isValid = ajv.validate({ $ref: `document#/components/schemas/${name}` }, example);
        expect(isValid ? [] : ajv.errors, name).toEqual([]);
      }
    }
    const bodies = Object.values(document.paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ requestBody }) => {
        const body = requestBody as { content: Record<string, { schema: { $ref?: string } }> } | undefined;
        return body?.content['application/json']?.schema.$ref?.split('/').at(-1) ?? [];
      });
    const without = bodies.filter((name) => !('examples' in (document.components.schemas[name] as object)));
    expect(without).toEqual([]);
  });
});

describe('an answer to a right key', () => {
  it('has the headers about its rate that are described, and one to nobody has none', async () => {
    const headersOf = (path: string) => {
      const { responses } = document.paths[path]!.get as { responses: Record<string, { headers?: object }> };
      return Object.keys(responses['200']!.headers ?? {}).filter((name) => name.startsWith('RateLimit-'));
    };
    for (const path of ['/v1/webhooks', '/v1/account', '/livez', '/v1/openapi.json']) {
      const { headers } = await gateway.ask(path, { headers: { authorization: 'live-key' } });
      const sent = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'].filter((name) => headers.has(name));
      expect([path, headersOf(path)]).toEqual([path, sent]);
    }
    expect(headersOf('/v1/webhooks')).toHaveLength(3);
  });
});

describe('every member of what is asked and answered', () => {
  /** The members below a schema that say nothing of themselves, by their path; those that can't be sent aside. */
  function undescribed(given: DocumentSchema, where: string, seen: ReadonlySet<string> = new Set()): string[] {
    const { schema, name } = new DocumentReader(document).read(given);
    if (name !== null && seen.has(name)) return [];
    const inside = name === null ? seen : new Set([...seen, name]);
    const members = Object.entries(schema.properties ?? {}).filter(([, { not }]) => not === undefined);
    const { items, additionalProperties: others } = schema;
    const parts = [
      items,
      typeof others === 'object' ? others : undefined,
      ...(schema.anyOf ?? []),
      ...(schema.oneOf ?? []),
    ];
    return [
      ...members.flatMap(([member, of]) => {
        const path = `${where}.${member}`;
        const isDescribed = new DocumentReader(document).read(of).schema.description !== undefined;
        return [...(isDescribed ? [] : [path]), ...undescribed(of, path, inside)];
      }),
      ...parts.flatMap((part) => (part === undefined ? [] : undescribed(part, where, inside))),
    ];
  }

  it('says what it is, and so does every parameter', () => {
    interface Bodies {
      content?: Record<string, { schema: DocumentSchema }>;
    }
    const silent: string[] = [];
    let looked = 0;
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const { operationId, parameters = [], requestBody = {}, responses } of Object.values(methods)) {
        for (const { name, description } of parameters as { name: string; description?: string }[])
          if (description === undefined) silent.push(`${operationId} ${name} (${path})`);
        for (const { content = {} } of [requestBody as Bodies, ...Object.values(responses as Record<string, Bodies>)])
          for (const { schema } of Object.values(content)) {
            looked += 1;
            silent.push(...undescribed(schema, String(operationId)));
          }
      }
    }
    expect(looked).toBeGreaterThan(400);
    expect([...new Set(silent)]).toEqual([]);
  });
});

describe('what the document says of repeated requests', () => {
  interface Described {
    parameters?: { name: string; schema: object }[];
    responses: Record<string, { headers?: Record<string, object> }>;
  }
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        route: `${method} ${path}`,
        operation: operation as unknown as Described,
      })),
    );

  it('is said wherever a key may be sent, and nowhere else', () => {
    const keyed = operations().filter(({ route }) => /^post \/v1\/(?!events$)/.test(route));
    expect(keyed.length).toBeGreaterThan(15);
    for (const { route, operation } of operations()) {
      const isKeyed = keyed.some((each) => each.route === route);
      const key = operation.parameters?.find(({ name }) => name === 'Idempotency-Key');
      expect([route, key?.schema]).toEqual([
        route,
        isKeyed ? { type: 'string', minLength: 1, maxLength: 255 } : undefined,
      ]);
      const replayed = Object.entries(operation.responses).flatMap(([status, { headers = {} }]) =>
        'Idempotency-Replayed' in headers ? [status] : [],
      );
      if (isKeyed) expect([route, replayed]).toEqual([route, expect.arrayContaining(['400', '409', '422'])]);
      else expect([route, replayed]).toEqual([route, []]);
      if (isKeyed)
        expect([route, operation.responses['409']?.headers]).toEqual([
          route,
          expect.objectContaining({ 'Retry-After': expect.anything() }),
        ]);
    }
  });

  it('has headers that are there', () => {
    for (const { operation } of operations())
      for (const { headers = {} } of Object.values(operation.responses))
        for (const header of Object.values(headers) as { $ref?: string }[]) {
          const name = header.$ref?.split('/').at(-1);
          if (name !== undefined) expect(document.components.headers).toHaveProperty(name);
        }
  });
});

describe('where the operations are', () => {
  it('is said: at the public URL, else where the document was read', async () => {
    expect(document.servers.map(({ url }) => url)).toEqual(['/']);
    const other = await gatewayUnderTest({ publicUrl: 'https://hooks.example.com' });
    const { servers } = (await (await other.ask('/v1/openapi.json')).json()) as OpenapiDocument;
    const page = await (await other.ask('/v1/docs')).text();
    await other.stop();
    expect(servers.map(({ url }) => url)).toEqual(['https://hooks.example.com']);
    expect(page).toContain(
      '<code>$SLUICE</code> is the address of Sluice, here <code>https://hooks.example.com</code>',
    );
    expect(page).toContain('<code>$API_KEY</code> an API key');
  });
});

describe('the reference', () => {
  it('says what numbers, lists and texts may be, and what can be chosen, also of what may be null', async () => {
    const page = await (await gateway.ask('/v1/docs')).text();
    const of = (member: string) =>
      page.split('id="createWebhook"')[1]?.split(`class="name">${member}<`)[1]?.split('</li>')[0];
    expect(of('rate_limit')).toContain('From 0.1 to 10,000.');
    expect(of('retry_schedule')).toContain('From 1 to 20 elements. Each from 0 to 604,800.');
    expect(of('description')).toContain('At most 500 characters.');
    expect(of('ordering')).toContain('One of <code>none</code>, <code>subject</code>.');
    expect(page).not.toContain('9,007,199,254,740,991');
  });

  it('has every operation, and neither scripts nor anything from elsewhere', async () => {
    const response = await gateway.ask('/v1/docs');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const operations of Object.values(document.paths)) {
      for (const { operationId } of Object.values(operations)) expect(page).toContain(`<article id="${operationId}">`);
    }
    expect(page).not.toMatch(/<script|<style| style=| on\w+=|src=|(href|action)="(?!\/v1\/|#)/);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; style-src 'self';");
    const style = await gateway.ask('/v1/docs.css');
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    expect(await style.text()).not.toMatch(/@import|url\(/);
  });
});
