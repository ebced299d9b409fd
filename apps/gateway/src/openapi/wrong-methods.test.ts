import { afterAll, describe, expect, it } from 'vitest';
import type { OpenapiDocument } from '../operations/openapi-document.js';
import { refusalFormOf } from '../operations/refusal-answers.js';
import { gatewayUnderTest } from '../testing/gateway-under-test.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const gateway = await gatewayUnderTest();
afterAll(() => gateway.stop());

const { paths } = (await (await gateway.ask('/v1/openapi.json')).json()) as OpenapiDocument;

/** A literal path may be an id of another: `/v1/dead-letters/drop` is one of `/v1/dead-letters/{id}`. */
function allowedAt(target: string): string[] {
  const methods = Object.entries(paths)
    .filter(([path]) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(target))
    .flatMap(([, operations]) => Object.keys(operations).map((method) => method.toUpperCase()));
  return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
}

async function refused(method: string, target: string) {
  const response = await gateway.ask(target, { method });
  const type = response.headers.get('content-type')?.split(';')[0];
  expect([method, target, type]).toEqual([method, target, refusalFormOf(target).contentType]);
  return { response, body: (await response.json()) as Record<string, unknown> };
}

describe('a method that a path does not have', () => {
  it.each(Object.keys(paths))('is refused at %s with those that it has', async (path) => {
    const target = path.replace(/\{\w+\}/g, '01J');
    const allowed = allowedAt(target);
    for (const method of METHODS.filter((each) => !allowed.includes(each))) {
      const { response, body } = await refused(method, target);
      const answered = [method, response.status, response.headers.get('allow')];
      // Airtable answers as for a path that it does not know (docs/airtable.md).
      expect(answered).toEqual(path.startsWith('/v0/') ? [method, 404, null] : [method, 405, allowed.join(', ')]);
      if (path.startsWith('/v1/')) expect(body).toMatchObject({ status: 405, title: 'Method Not Allowed' });
    }
  });
});

describe('a path that there is not', () => {
  it.each(['/v1', '/v1/', '/v1/nothing', '/v1/webhooks/01J/nothing', '/v2/webhooks', '/nothing'])(
    'is a problem with 404 at %s, whatever the method',
    async (target) => {
      for (const method of METHODS) {
        const { response, body } = await refused(method, target);
        expect([method, response.status, response.headers.get('allow')]).toEqual([method, 404, null]);
        expect(body).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404 });
      }
    },
  );

  it.each(['/api/v1/nothing', '/v0/bases/app1/nothing'])(
    'is refused by %s in the words of its face',
    async (target) => {
      for (const method of METHODS) expect((await refused(method, target)).response.status).toBe(404);
    },
  );
});
