import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenapiDocument } from '../operations/openapi-document.js';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

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

describe('the reference', () => {
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
