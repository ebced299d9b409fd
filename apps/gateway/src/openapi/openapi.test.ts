import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenapiDocument } from '../operations/openapi-document.js';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
let document: OpenapiDocument;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  document = (await (await gateway.ask('/v1/openapi.json')).json()) as OpenapiDocument;
});
afterAll(() => gateway.stop());

describe('the OpenAPI document', () => {
  it('is there for everybody, as JSON', async () => {
    const response = await gateway.ask('/v1/openapi.json');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(document.openapi).toBe('3.1.1');
  });

  it('has examples that its schemas take', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(ajv);
    ajv.addSchema(document, 'document');
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      for (const example of (schema as { examples?: unknown[] }).examples ?? []) {
        const isValid = ajv.validate({ $ref: `document#/components/schemas/${name}` }, example);
        expect(isValid ? [] : ajv.errors, name).toEqual([]);
      }
    }
  });
});
