import specs from '@asyncapi/specs';
import { type EventAttributes, eventHeaders, type SluiceEvent } from '@sluice/contracts/event-record';
import { operationalEvents } from '@sluice/contracts/operational-events';
import { RowChangeData } from '@sluice/contracts/row-change';
import { EVENTS_TOPIC, RETRIES_TOPIC, WEBHOOKS_TOPIC } from '@sluice/contracts/topics';
import { retryRecord, unreadableRecord } from '@sluice/contracts/unreadable-record';
import { WebhookFact } from '@sluice/contracts/webhook-fact';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

const ofAsyncapi: object = specs.schemas['3.0.0'];

// biome-ignore lint/suspicious/noExplicitAny: a document of many shapes
type Json = any;

let gateway: GatewayUnderTest;
let document: Json;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  const response = await gateway.ask('/v1/asyncapi.json');
  expect(response.headers.get('content-type')).toContain('application/vnd.aai.asyncapi+json');
  document = await response.json();
});
afterAll(() => gateway.stop());

const ajv = () => formats.default(new Ajv({ strict: false, allErrors: true, validateFormats: true }));
const faults = (schema: object, value: unknown) => {
  const validate = ajv().compile(schema);
  return validate(value) ? [] : (validate.errors ?? []);
};
const message = (name: string): Json => document.components.messages[name];

describe('the AsyncAPI document', () => {
  it('is one by the schema that AsyncAPI publishes, and needs no key', () => {
    // It brings the dialects of its schemas itself.
    const own = formats.default(new Ajv({ strict: false, meta: false, validateSchema: false }));
    const validate = own.compile(ofAsyncapi);
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, channels: { events: { address: 7 } } })).toBe(false);
  });

  it('has no reference that leads nowhere', () => {
    const references = JSON.stringify(document).match(/(?<="\$ref":")[^"]+/g) ?? [];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce((node, name) => node?.[name], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });

  it('names the topics that there are', () => {
    const addresses = Object.values<Json>(document.channels).map(({ address }) => address);
    expect(addresses).toEqual([EVENTS_TOPIC, WEBHOOKS_TOPIC, RETRIES_TOPIC, null]);
  });

  const event = (attributes: Partial<EventAttributes>): Pick<SluiceEvent, 'attributes' | 'stamp'> => ({
    attributes: { id: '1', source: '/a', type: 'b', extensions: { traceparent: '00-1' }, ...attributes },
    stamp: {
      ...{ accountId: 'acc', audience: { to: 'all' }, revision: 7, exact: false },
      acceptedAt: '2026-01-02T03:04:05.678Z',
    },
  });
  const origin = { sourceId: 'src', topic: 't', partition: 0, offset: 1n, timestampMs: -1 };
  const record = { ...origin, key: null, value: null, headers: [['a', null] as const] };
  const former = { id: 'dlt_1', times: 1 };

  it.each<[string, Record<string, string>]>([
    ['event', eventHeaders(event({}))],
    ['event', eventHeaders(event({ time: '2026-01-02T03:04:05Z', subject: 's', datacontenttype: 'text/plain' }))],
    ['tableChanged', eventHeaders(event({ type: 'table.changed', source: '/bases/appAAAAAAAAAAAAAA' }))],
    ['rowChanged', eventHeaders(event({ type: 'row.deleted' }))],
    ['rowChanged', eventHeaders(event({ type: 'table.truncated' }))],
    ['unreadable', unreadableRecord(record, { reason: 'why', accountId: 'acc', former }).headers],
    ['retry', retryRecord(record, { accountId: 'acc', former }).headers],
  ])('describes the headers of %s as they are written', (name, headers) => {
    const schema = message(name).headers;
    expect(faults(schema, headers)).toEqual([]);
    const { sluice_account: _, ...without } = headers;
    expect(faults(schema, without)).not.toEqual([]);
    // Nothing is written that is not described.
    const described = Object.keys(schema.properties);
    expect(Object.keys(headers).filter((each) => !described.includes(each) && !/^ce_[a-z0-9]+$/.test(each))).toEqual(
      [],
    );
  });

  it('has schemas that take what is sent, and no other', () => {
    const changed = message('tableChanged').payload;
    expect(faults(changed, changed.examples[0])).toEqual([]);
    expect(faults(changed, { changedTablesById: 7 })).not.toEqual([]);
    const row = RowChangeData.parse({ table: 'public.orders', key: { id: 7 }, before: null, after: { id: 7 } });
    expect(faults(message('rowChanged').payload, row)).toEqual([]);
    expect(faults(message('rowChanged').payload, { ...row, key: 7 })).not.toEqual([]);
    const { endpoint, ...without } = WebhookFact.parse({
      ...{ type: 'webhook.created', revision: 1, webhookId: 'w', accountId: 'a', eventType: 't' },
      ...{ endpoint: null, at: '2026-01-02T03:04:05.678Z' },
    });
    expect(faults(message('webhookFact').payload, { ...without, endpoint })).toEqual([]);
    expect(faults(message('webhookFact').payload, without)).not.toEqual([]);
  });
});

describe('the schemas of events', () => {
  const ask = (path: string) => gateway.ask(path, { headers: { authorization: 'test-key' } });

  it('are served with their type, and alone', async () => {
    const types = (await (await ask('/v1/event-types')).json()) as { event_types: { name: string; schema: unknown }[] };
    expect(types.event_types.length).toBeGreaterThan(0);
    for (const type of types.event_types) {
      expect(await (await ask(`/v1/event-types/${type.name}`)).json()).toEqual(type);
      const alone = await ask(`/v1/event-types/${type.name}/schema`);
      expect(alone.headers.get('content-type')).toContain('application/schema+json');
      expect(await alone.json()).toEqual(type.schema ?? true);
    }
    expect((await ask('/v1/event-types/no.such')).status).toBe(404);
    expect(Object.keys(operationalEvents)).toHaveLength(4);
  });
});
