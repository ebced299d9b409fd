import { readEventHeaders } from '@sluice/contracts/event-record';
import { tableChangeSchema } from '@sluice/contracts/table-change-schema';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

const BASE = 'appAAAAAAAAAAAAAA';
const NUMBERED = 'appBBBBBBBBBBBBBB';
const CHANGE = { actionMetadata: { source: 'system' }, destroyedTableIds: ['tblAAAAAAAAAAAAAA'] };

let gateway: GatewayUnderTest;
beforeEach(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.eventTypes.push({
    name: 'table.changed',
    description: '',
    schema: tableChangeSchema,
    example: null,
    builtIn: true,
  });
  gateway.registry.add('any-key', { audience: 'any', accountId: 'acc7' });
  gateway.bases.add('acc1', BASE);
  gateway.bases.add('acc1', NUMBERED, 'given');
});
afterEach(() => gateway.stop());

const change = (overrides: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id: 'c1',
  source: `/bases/${BASE}`,
  type: 'table.changed',
  data: CHANGE,
  ...overrides,
});

interface Answer {
  detail: string;
  errors: { path: string; message: string }[];
  results: { accepted: boolean; status?: number; errors?: { path: string }[] }[];
}

async function publish(body: unknown, headers: Record<string, string> = {}, authorization = 'live-key') {
  const type = Array.isArray(body) ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
  const response = await gateway.ask('/v1/events', {
    method: 'POST',
    headers: { authorization, 'content-type': type, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

const published = () =>
  gateway.stream.records.map(({ key, headers, value }) => {
    const read = readEventHeaders(headers);
    if (!read.ok) throw new Error(read.reason);
    return { ...read, key: Buffer.from(key ?? []).toString(), data: Buffer.from(value ?? []).toString() };
  });

const questions = () =>
  gateway.bases.asked.filter(({ command }) => command === 'findBase').map(({ request }) => request);

describe('a change of a table', () => {
  it("is taken under its base's key, byte for byte", async () => {
    expect((await publish(change({ subject: 's' }))).status).toBe(202);
    expect(published()).toMatchObject([{ key: `acc1/bases/${BASE}`, data: JSON.stringify(CHANGE) }]);
    expect(questions()).toEqual([{ accountId: 'acc1', baseId: BASE, credential: 'live-key' }]);
  });

  it('is taken in binary mode, too', async () => {
    const headers = {
      ...{ authorization: 'live-key', 'content-type': 'application/json' },
      ...{ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-type': 'table.changed', 'ce-source': `/bases/${NUMBERED}` },
    };
    const send = (data: object) =>
      gateway.ask('/v1/events', { method: 'POST', headers, body: JSON.stringify({ ...CHANGE, ...data }) });
    expect((await send({ baseTransactionNumber: 7 })).status).toBe(202);
    expect((await send({})).status).toBe(400);
  });

  it('goes to the base of the account that it is for', async () => {
    const to = (account: string) => publish(change(), { 'Sluice-Audience': `account/${account}` }, 'any-key');
    expect((await to('acc1')).status).toBe(202);
    expect(published()[0]).toMatchObject({ key: `acc1/bases/${BASE}`, stamp: { accountId: 'acc7' } });
    expect((await to('acc2')).status).toBe(422);
    expect((await publish(change(), {}, 'any-key')).status).toBe(422);
  });

  it('is not for all accounts', async () => {
    const { status, body } = await publish(change(), { 'Sluice-Audience': 'all' }, 'any-key');
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      {
        path: 'Sluice-Audience',
        message: 'must be own or account/ and an id for table.changed: a base belongs to one account',
      },
    ]);
    expect(questions()).toEqual([]);
  });

  it.each([
    ['/tests', 400],
    ['/bases/', 400],
    [`/bases/${BASE}/`, 400],
    [`bases/${BASE}`, 400],
    [`/bases/${BASE}x`, 400],
    ['/bases/appCCCCCCCCCCCCCC', 422],
  ])('is refused by its source %s with %i', async (source, wanted) => {
    const { status, body } = await publish(change({ source }));
    expect([status, body.errors.map(({ path }) => path)]).toEqual([wanted, ['source']]);
    expect(gateway.stream.records).toEqual([]);
  });

  it('has a transaction number exactly where its publisher gives them', async () => {
    const numbered = (source: string, data: object) => publish(change({ source, data: { ...CHANGE, ...data } }));
    expect((await numbered(`/bases/${NUMBERED}`, { baseTransactionNumber: 1 })).status).toBe(202);
    for (const [baseId, data, message] of [
      [BASE, { baseTransactionNumber: 1 }, `must not be there: the numbers of ${BASE} are assigned by Sluice`],
      [NUMBERED, {}, `is required and missing: the numbers of ${NUMBERED} are given by its publisher`],
    ] as const) {
      const { status, body } = await numbered(`/bases/${baseId}`, data);
      expect(body.errors).toEqual([{ path: 'data.baseTransactionNumber', message }]);
      expect(status).toBe(400);
    }
    expect(published()).toHaveLength(1);
  });

  it('is refused by its schema before its base is looked at', async () => {
    const { status, body } = await publish(change({ source: '/bases/appCCCCCCCCCCCCCC', data: {} }));
    expect([status, body.errors.map(({ path }) => path)]).toEqual([400, ['data.actionMetadata']]);
    expect(questions()).toEqual([]);
  });
});

describe('a batch of changes', () => {
  it('asks once for each base, and says of each event what is wrong with it', async () => {
    const { status, body } = await publish([
      change({ id: '1' }),
      change({ id: '2', source: '/bases/appCCCCCCCCCCCCCC' }),
      change({ id: '3', source: `/bases/${NUMBERED}` }),
      change({ id: '4', source: 'x' }),
      change({ id: '5' }),
      change({ id: '6', source: `/bases/${NUMBERED}`, data: { ...CHANGE, baseTransactionNumber: 5 } }),
      { ...change({ id: '7' }), type: 'anything', data: 1 },
      change({ id: '8', source: '/bases/appCCCCCCCCCCCCCC' }),
    ]);
    expect(status).toBe(207);
    expect(body.results.map((result) => result.status ?? 202)).toEqual([202, 422, 400, 400, 202, 202, 202, 422]);
    expect(published().map(({ attributes }) => attributes.id)).toEqual(['1', '5', '6', '7']);
    expect(questions()).toHaveLength(3);
  });

  it('is refused with 422 when all its bases are unknown, and asks for many at a time', async () => {
    let atOnce = 0;
    let most = 0;
    gateway.bases.before = async () => {
      most = Math.max(most, ++atOnce);
      await gateway.ask('/livez');
      atOnce -= 1;
    };
    const ids = Array.from({ length: 40 }, (_, index) => `app${String(index).padStart(14, '0')}`);
    const { status } = await publish(ids.map((id) => change({ id, source: `/bases/${id}` })));
    expect(status).toBe(422);
    expect(questions()).toHaveLength(40);
    expect(most).toBe(16);
  });

  it('names at most 1,000 bases', async () => {
    const ids = Array.from({ length: 1_001 }, (_, index) => `app${String(index).padStart(14, '0')}`);
    for (const id of ids) gateway.bases.add('acc1', id);
    const { status, body } = await publish(ids.map((id) => change({ id, source: `/bases/${id}` })));
    expect(status).toBe(207);
    expect(body.results.filter(({ accepted }) => !accepted)).toMatchObject([
      { index: 1_000, status: 400, errors: [{ path: 'source' }] },
    ]);
  });
});

describe('what is known of a base', () => {
  it('is asked for once in 5 s, by however many requests at once', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => publish(change({ id }))));
    expect(questions()).toHaveLength(1);
    gateway.clock.advance(5_001);
    await publish(change());
    expect(questions()).toHaveLength(2);
  });

  it('is asked for again before anything is refused', async () => {
    const id = 'appCCCCCCCCCCCCCC';
    const source = `/bases/${id}`;
    expect((await publish(change({ source }))).status).toBe(422);
    gateway.bases.add('acc1', id);
    expect((await publish(change({ source }))).status).toBe(202);
    gateway.bases.add('acc1', id, 'given');
    const numbered = change({ source, data: { ...CHANGE, baseTransactionNumber: 1 } });
    expect((await publish(numbered)).status).toBe(202);
  });

  it('ends at once where the base is deleted through this gateway', async () => {
    gateway.registry.add('admin-key', { kind: 'admin' });
    expect((await publish(change())).status).toBe(202);
    await gateway.ask(`/v1/bases/${BASE}`, { method: 'DELETE', headers: { authorization: 'admin-key' } });
    expect((await publish(change({ id: 'c2' }))).status).toBe(422);
  });

  it('counts for 5 s while the registry is away, then publishing is answered with 503', async () => {
    expect((await publish(change())).status).toBe(202);
    gateway.bases.before = async () => {
      throw new ServiceUnavailable('away');
    };
    expect((await publish(change({ id: 'c2' }))).status).toBe(202);
    expect((await publish([change({ source: '/bases/appCCCCCCCCCCCCCC' })])).status).toBe(503);
    gateway.clock.advance(5_001);
    expect((await publish(change({ id: 'c3' }))).status).toBe(503);
    gateway.bases.before = async () => {};
    expect((await publish(change({ id: 'c3' }))).status).toBe(202);
  });
});
