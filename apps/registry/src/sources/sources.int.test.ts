import { type Sources, sourceCommands } from '@sluice/contracts/sources';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';
import { TopicPatterns } from './topic-rights.js';

const WANTED = {
  topic: 'orders',
  format: 'cloudevents',
  description: null,
  mapping: null,
  debezium: null,
  start: 'latest',
} as const;
type Wanted = Omit<Parameters<Sources['createSource']>[0], 'credential'>;

let registry: RegistryUnderTest;
let commands: RegistryUnderTest['commands'];
let tenant: Tenant;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ commands } = registry);
});
afterAll(() => registry.close());
beforeEach(async () => {
  tenant = await Tenant.make(registry);
});

const create = (changes: Partial<Wanted> = {}, credential = tenant.credential) =>
  commands.createSource({ ...WANTED, credential, ...changes });
const created = async (changes: Partial<Wanted> = {}) => (await value(create(changes))).source;
const shown = async (sourceId: string, credential = tenant.credential) =>
  (await value(commands.getSource({ credential, sourceId }))).source;

const byHeader = { type: { header: 'type' } } as const;
const json = (mapping: Wanted['mapping']) => ({ format: 'json', mapping }) as const;

test('a source is made, shown as it was made, and known to nobody else', async () => {
  const mapping = { type: { pointer: '/kind' }, id: { key: true }, data: { pointer: '/order' } } as const;
  const source = await created({ ...json(mapping), description: 'Orders', start: '2026-06-01T00:00:00.000Z' });
  expect(source).toEqual({
    id: expect.stringMatching(/^src_[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
    accountId: tenant.accountId,
    topic: 'orders',
    format: 'json',
    description: 'Orders',
    mapping,
    debezium: null,
    start: '2026-06-01T00:00:00.000Z',
    status: 'enabled',
    createdAt: expect.any(String),
    updatedAt: source.createdAt,
    revision: 1,
  });
  expect(await shown(source.id)).toEqual(source);
  const answer = await create({ topic: 'other' });
  expect(sourceCommands.createSource.response.parse(answer)).toEqual(answer);

  const { credential } = await Tenant.make(registry);
  const absent = 'src_01M1Q5C7K8T3ZVXG6Q0W2R9D4E';
  for (const [sourceId, asking] of [
    [source.id, credential],
    [absent, tenant.credential],
    ['src_\0', tenant.credential],
  ] as const) {
    const unknown = { code: 'not_found', message: 'there is no such source', field: 'source_id' };
    expect(await refusal(commands.getSource({ credential: asking, sourceId }))).toEqual(unknown);
    expect(await refusal(commands.updateSource({ credential: asking, sourceId, description: 'x' }))).toEqual(unknown);
    expect(await refusal(commands.switchSource({ credential: asking, sourceId, turn: 'pause' }))).toEqual(unknown);
    expect(await refusal(commands.deleteSource({ credential: asking, sourceId }))).toEqual(unknown);
  }
  expect(await value(commands.listSources({ credential, limit: 10 }))).toEqual({ sources: [], more: false });
  expect(await shown(source.id)).toEqual(source);
});

test('a topic is the source of several accounts, and of each once', async () => {
  const { id } = await created();
  const message = `${id} is this account's source of the topic orders`;
  expect(await refusal(create())).toEqual({ code: 'conflict', message, field: 'topic' });
  const { credential } = await Tenant.make(registry);
  await value(create({}, credential));
  await value(commands.deleteSource({ credential: tenant.credential, sourceId: id }));
  expect((await created()).id).not.toBe(id);
});

test('sources are listed the newest first, page by page, also behind one that was deleted', async () => {
  const { credential } = tenant;
  const ids: string[] = [];
  for (const topic of ['a', 'b', 'c']) {
    ids.unshift((await created({ topic })).id);
    // Ids of one millisecond are in no order.
    registry.clock.shiftMs += 2;
  }
  const page = async (limit: number, before?: string) => {
    const { sources, more } = await value(commands.listSources({ credential, limit, before }));
    return { ids: sources.map(({ source }) => source.id), more };
  };
  expect(await page(2)).toEqual({ ids: ids.slice(0, 2), more: true });
  await value(commands.deleteSource({ credential, sourceId: ids[1]! }));
  expect(await page(2, ids[1])).toEqual({ ids: ids.slice(2), more: false });
});

describe('who may', () => {
  test('an admin key manages sources, and no other', async () => {
    const { id } = await created();
    for (const kind of ['live', 'test'] as const) {
      const { key } = await tenant.key(kind);
      const code = kind === 'live' ? 'forbidden' : 'unauthenticated';
      expect((await refusal(create({ topic: 'b' }, key))).code).toBe(code);
      expect((await refusal(commands.listSources({ credential: key, limit: 1 }))).code).toBe(code);
      expect((await refusal(commands.getSource({ credential: key, sourceId: id }))).code).toBe(code);
      expect((await refusal(commands.updateSource({ credential: key, sourceId: id }))).code).toBe(code);
      expect((await refusal(commands.switchSource({ credential: key, sourceId: id, turn: 'pause' }))).code).toBe(code);
      expect((await refusal(commands.deleteSource({ credential: key, sourceId: id }))).code).toBe(code);
    }
  });

  test('an account reads the topics that it is allowed, an operator any', async () => {
    const topics = new TopicPatterns(['{account}.*']);
    const { commands } = await registry.another({ sources: { perAccount: 10, topics } });
    const make = (topic: string, credential = tenant.credential) =>
      commands.createSource({ ...WANTED, credential, topic });
    expect(await refusal(make('orders'))).toMatchObject({ code: 'forbidden', field: 'topic' });
    expect(await refusal(make('acc_0.orders'))).toMatchObject({ code: 'forbidden' });
    await value(make(`${tenant.accountId}.orders`));
    await value(make('orders-of-all', registry.operator.keys.admin.key));
  });

  test('the last source that an account may have is made once', async () => {
    const { commands } = await registry.another({ sources: { perAccount: 2, topics: new TopicPatterns(['*']) } });
    const { credential } = tenant;
    const made = await Promise.all(
      ['a', 'b', 'c', 'd'].map((topic) => commands.createSource({ ...WANTED, credential, topic })),
    );
    expect(made.filter(({ ok }) => ok)).toHaveLength(2);
    expect(made.find(({ ok }) => !ok)).toMatchObject({
      refusal: { code: 'too_many', message: 'this account has 2 sources, which is the most that it may have' },
    });
  });

  test('nobody where the stream is not Kafka; what is asked about sources is answered', async () => {
    const { commands } = await registry.another({ sources: null });
    const { credential } = tenant;
    expect(await refusal(commands.createSource({ ...WANTED, credential }))).toEqual({
      code: 'conflict',
      message:
        'this installation has no importer to read sources: it runs as one process, or its stream is in PostgreSQL (KAFKA_BROKERS selects Kafka)',
    });
    expect(await value(commands.listSources({ credential, limit: 1 }))).toEqual({ sources: [], more: false });
  });
});

describe('refusals name the field and the cause', () => {
  test.each<[Partial<Wanted>, string, string]>([
    [{ topic: 'sluice.events' }, 'topic', 'topic must not begin with "sluice."'],
    [{ topic: 'a b' }, 'topic', 'topic must be 1 to 249 letters'],
    [{ description: 'a\u0007' }, 'description', 'description contains control characters'],
    [{ description: 'x'.repeat(501) }, 'description', 'description is longer than 500 characters'],
    [{ mapping: byHeader }, 'mapping', 'mapping is for the format json alone'],
    [{ format: 'json' }, 'mapping', 'mapping is required with the format json'],
    [
      json({ type: { value: 'order.lost' } }),
      'mapping.type.value',
      'mapping.type.value must be one of profile.created, ',
    ],
    [
      json({ type: { value: 'webhook.disabled' } }),
      'mapping.type.value',
      'mapping.type.value must not start with webhook. or delivery.: reserved',
    ],
    [
      json({ ...byHeader, id: { value: '1' } }),
      'mapping.id',
      'mapping.id must not be a constant: events with the same id are one event',
    ],
    [
      json({ ...byHeader, source: { value: 'a b' } }),
      'mapping.source.value',
      'mapping.source.value must be a URI reference',
    ],
    [json({ ...byHeader, time: { value: 'now' } }), 'mapping.time.value', 'mapping.time.value must be a timestamp'],
  ])('%j', async (changes, field, message) => {
    const told = await refusal(create(changes));
    expect(told).toMatchObject({ code: 'invalid', field });
    expect(told.message).toContain(message);
  });

  test("of a base that is not the account's, or whose transactions are numbered by others", async () => {
    const { credential } = tenant;
    const fields = { status: 'fldA1b2C3d4E5f6G7' };
    const debezium = (baseId: string) => ({
      format: 'debezium' as const,
      debezium: { baseId, tables: { 'public.orders': { tableId: 'tblA1b2C3d4E5f6G7', fields } } },
    });
    const field = 'debezium.base_id';
    const baseId = await tenant.base();
    const theirs = await (await Tenant.make(registry)).base();
    for (const id of [theirs, 'appA1b2C3d4E5f6G7']) {
      const message = `${field} names no base of this account`;
      expect(await refusal(create(debezium(id)))).toEqual({ code: 'invalid', message, field });
    }
    const numbered = { credential, name: 'Numbered', transactionNumbers: 'given' } as const;
    const { id: givenId } = await value(commands.createBase(numbered));
    expect(await refusal(create(debezium(givenId)))).toMatchObject({ code: 'invalid', field });
    expect(await refusal(create({ ...debezium(baseId), format: 'cloudevents' }))).toMatchObject({
      message: 'debezium is for the format debezium alone',
    });
    expect((await created(debezium(baseId))).debezium).toEqual(debezium(baseId).debezium);
  });
});

describe('a source that there is', () => {
  const update = async (sourceId: string, changes: Partial<Wanted>) => {
    const { format, description, mapping, debezium } = changes;
    const request = { credential: tenant.credential, sourceId, format, description, mapping, debezium };
    return (await value(commands.updateSource(request))).source;
  };

  test('changes what is named, under a new revision, and not when it is so already', async () => {
    const source = await created(json(byHeader));
    const mapping = { type: { value: 'follow.created' } } as const;
    registry.clock.shiftMs += 1_000;
    const changed = await update(source.id, { mapping, description: 'Follows' });
    expect(changed).toEqual({ ...source, mapping, description: 'Follows', revision: 2, updatedAt: expect.any(String) });
    expect(changed.updatedAt > source.updatedAt).toBe(true);
    expect(await update(source.id, { mapping, description: 'Follows' })).toEqual(changed);
    expect(await update(source.id, {})).toEqual(changed);
    expect(await shown(source.id)).toEqual(changed);
  });

  test('gets another format, and the options of the one before go', async () => {
    const { id } = await created(json(byHeader));
    expect(await update(id, { format: 'cloudevents' })).toMatchObject({
      format: 'cloudevents',
      mapping: null,
      revision: 2,
    });
    const { credential } = tenant;
    expect(await refusal(commands.updateSource({ credential, sourceId: id, format: 'json' }))).toMatchObject({
      field: 'mapping',
    });
    expect(await update(id, json(byHeader))).toMatchObject({ format: 'json', mapping: byHeader, revision: 3 });
    const refused = await refusal(commands.updateSource({ credential, sourceId: id, mapping: null }));
    expect(refused).toMatchObject({ code: 'invalid', field: 'mapping' });
  });

  test('is paused and resumed; turning twice changes nothing', async () => {
    const { credential } = tenant;
    const source = await created();
    const turn = async (way: 'pause' | 'resume') =>
      (await value(commands.switchSource({ credential, sourceId: source.id, turn: way }))).source;
    expect(await turn('resume')).toEqual(source);
    expect(await turn('pause')).toMatchObject({ status: 'paused', revision: 2 });
    expect(await turn('pause')).toMatchObject({ status: 'paused', revision: 2 });
    expect(await turn('resume')).toMatchObject({ status: 'enabled', revision: 3 });
  });

  test('is deleted, and its deeds are in the audit trail', async () => {
    const { credential, accountId } = tenant;
    const { id: sourceId } = await created({ from: '192.0.2.1' });
    await value(commands.switchSource({ credential, sourceId, turn: 'pause', from: '192.0.2.2' }));
    await value(commands.switchSource({ credential, sourceId, turn: 'resume' }));
    await value(commands.updateSource({ credential, sourceId, description: 'x', from: '192.0.2.3' }));
    await value(commands.deleteSource({ credential, sourceId, from: '192.0.2.4' }));
    expect(await refusal(commands.deleteSource({ credential, sourceId }))).toMatchObject({ code: 'not_found' });
    const trail = await registry.database.query(
      `select action, came_from from registry.audit_entry where account_id = $1 and subject = $2 order by id`,
      [accountId, sourceId],
    );
    expect(trail).toEqual([
      { action: 'source.created', came_from: '192.0.2.1' },
      { action: 'source.paused', came_from: '192.0.2.2' },
      { action: 'source.resumed', came_from: null },
      { action: 'source.updated', came_from: '192.0.2.3' },
      { action: 'source.deleted', came_from: '192.0.2.4' },
    ]);
  });
});
