import { tmpdir } from 'node:os';
import type { EventStream } from '@sluice/event-stream/event-stream';
import { openStream } from '@sluice/event-stream/open-stream';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { ServiceStack } from '@sluice/testing/stack/service-stack';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CommandLine } from './src/command-line.js';

const TOPIC = 'shop.orders';
const PLACED = 'order.placed';

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 200 });

describeOwnKafka('sources, managed over the public API while they are read', () => {
  let broker: KafkaBroker;
  let database: TestDatabase;
  let receiver: Receiver;
  let stack: ServiceStack;
  let stream: EventStream;
  let operator: SluiceClient;
  let tenant: SluiceClient;
  let id: string;

  beforeAll(async () => {
    [broker, database, receiver] = await Promise.all([startKafkaBroker(), createDatabase(), startReceiver()]);
    stack = await ServiceStack.start({
      ...{ databaseUrl: database.url, brokers: broker.brokers, dispatchers: 1, importer: true },
      environment: { SOURCE_TOPICS: 'shop.*' },
    });
    stream = await openStream({ kafka: { brokers: [broker.brokers], clientId: 'shop' }, consumed: [] });
    await stream.ensureTopics([{ topic: TOPIC, partitions: 2 }]);
    operator = new SluiceClient(stack.client.baseUrl, `Bearer ${stack.adminKey}`);
  });
  afterAll(async () => {
    await stream?.close();
    await stack?.stop();
    await receiver?.close();
    await database?.close();
    await broker?.stop();
  });

  async function ask(method: string, path: string, body?: object, client = operator) {
    const answer = await client.request(method, path, body && JSON.stringify(body));
    return { ...answer.body, code: answer.status } as Record<string, unknown>;
  }

  /** An account that takes the type, and has a webhook for it. */
  async function subscribe(client: SluiceClient, path: string): Promise<void> {
    await ask('PUT', `/v1/event-types/${PLACED}`, { description: 'An order.' }, client);
    await ask('POST', '/v1/webhooks', { endpoint: receiver.url(path), event_type: PLACED }, client);
  }

  const place = (order: number) =>
    stream.publish(TOPIC, [
      { key: Buffer.from(`${order}`), headers: {}, value: Buffer.from(`{"order":${order},"kind":"${PLACED}"}`) },
    ]);
  const arrivedAt = (path: string): number[] =>
    receiver.arrivals
      .filter((arrival) => arrival.path === path)
      .map(({ body }) => (JSON.parse(body.toString()) as { order: number }).order)
      .sort((a, b) => a - b);
  const source = () => ask('GET', `/v1/sources/${id}`);
  /** `sluice sources …` as the operator. */
  const sluiceSources = (...args: string[]) =>
    new CommandLine(tmpdir()).run(['sources', ...args], {
      ...{ SLUICE_URL: operator.baseUrl, SLUICE_API_KEY: stack.adminKey },
    });

  it('a mapping that is wrong costs nothing: it is corrected, and the dead letters are put back', async () => {
    await subscribe(operator, '/operator');
    for (const order of [1, 2, 3]) await place(order);
    const wrong = { type: { pointer: '/type' }, subject: { pointer: '/order' } };
    const created = await ask('POST', '/v1/sources', {
      topic: TOPIC,
      format: 'json',
      start: 'earliest',
      mapping: wrong,
    });
    expect(created).toMatchObject({ code: 201, running: false, lag: null, imported: 0, dead_letters: 0 });
    id = String(created.id);
    await eventually(async () => {
      expect(await source()).toMatchObject({
        running: true,
        applied_revision: 1,
        lag: 0,
        imported: 0,
        dead_letters: 3,
      });
    });
    const { partitions, last_error: lastError } = await source();
    expect(partitions).toMatchObject([{ partition: 0 }, { partition: 1 }]);
    expect(lastError).toMatchObject({ message: expect.stringContaining('type: nothing stands at /type') });

    const mapping = { ...wrong, type: { pointer: '/kind' } };
    expect(await ask('PATCH', `/v1/sources/${id}`, { mapping })).toMatchObject({ code: 200, revision: 2, mapping });
    await eventually(async () => expect(await source()).toMatchObject({ applied_revision: 2 }));
    await place(4);
    await eventually(() => expect(arrivedAt('/operator')).toEqual([4]));
    await ask('POST', '/v1/dead-letters/put-back', { filter: { source_id: id } });
    await eventually(() => expect(arrivedAt('/operator')).toEqual([1, 2, 3, 4]));
  });

  it('a source that the command line pauses keeps its place, and tells how far it is behind, until it resumes it', async () => {
    expect(await sluiceSources('pause', id)).toEqual({ code: 0, out: `paused ${id}\n`, err: '' });
    expect(await source()).toMatchObject({ revision: 3, status: 'paused' });
    await eventually(async () => expect(await source()).toMatchObject({ applied_revision: 3 }));
    for (const order of [5, 6, 7]) await place(order);
    await eventually(async () => expect(await source()).toMatchObject({ running: true, lag: 3 }));
    expect((await sluiceSources('list')).out).toMatch(
      new RegExp(`^ID .+\n${id} +shop\\.orders +json +paused +true +3 +1 +3\n$`),
    );
    const { code, out } = await sluiceSources('get', id, '--json');
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { id, lag: 3, partitions: [{ partition: 0 }, { partition: 1 }] },
    ]);
    expect(arrivedAt('/operator')).toEqual([1, 2, 3, 4]);
    expect(await sluiceSources('resume', id)).toEqual({ code: 0, out: `resumed ${id}\n`, err: '' });
    await eventually(async () => expect(arrivedAt('/operator')).toEqual([1, 2, 3, 4, 5, 6, 7]));
    await eventually(async () => expect(await source()).toMatchObject({ lag: 0, imported: 4 }));
  });

  it('a topic is the source of another account too, which reads what it may and sees its own alone', async () => {
    const account = await ask('POST', '/v1/accounts', { name: 'Tenant' });
    const { key } = account.admin_key as { key: string };
    tenant = new SluiceClient(operator.baseUrl, `Bearer ${key}`);
    await subscribe(tenant, '/tenant');
    const mapping = { type: { value: PLACED }, id: { pointer: '/order' } };
    const wanted = { topic: TOPIC, format: 'json', start: 'earliest', mapping };
    expect(await ask('POST', '/v1/sources', { ...wanted, topic: 'billing' }, tenant)).toMatchObject({ code: 403 });
    expect(await ask('POST', '/v1/sources', { ...wanted, topic: 'sluice.events' }, tenant)).toMatchObject({
      code: 400,
    });
    expect(await ask('POST', '/v1/sources', wanted, tenant)).toMatchObject({ code: 201 });
    await eventually(() => expect(arrivedAt('/tenant')).toEqual([1, 2, 3, 4, 5, 6, 7]));
    const { sources } = (await ask('GET', '/v1/sources', undefined, tenant)) as unknown as {
      sources: { id: string }[];
    };
    expect(sources).toHaveLength(1);
    expect(sources.map((each) => each.id)).not.toContain(id);
    expect(await ask('GET', `/v1/sources/${id}`, undefined, tenant)).toMatchObject({ code: 404 });
    expect(arrivedAt('/operator')).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('a topic that there is not is told, and what is deleted is read no more', async () => {
    const { id: absent } = await ask('POST', '/v1/sources', { topic: 'shop.absent', format: 'cloudevents' });
    await eventually(async () => {
      const { last_error: lastError } = await ask('GET', `/v1/sources/${absent}`);
      expect(lastError).toMatchObject({ message: expect.stringContaining('does not host this topic') });
    });
    for (const each of [id, absent])
      expect(await ask('DELETE', `/v1/sources/${each}`)).toMatchObject({ deleted: true });
    expect(await ask('GET', '/v1/sources')).toMatchObject({ sources: [] });
    // The importer goes by all changes at once: when it knows a later one, it knows the deletion.
    const { sources } = (await ask('GET', '/v1/sources', undefined, tenant)) as unknown as {
      sources: { id: string }[];
    };
    const theirs = `/v1/sources/${sources[0]!.id}`;
    const { revision } = await ask('PATCH', theirs, { description: 'later' }, tenant);
    await eventually(async () =>
      expect(await ask('GET', theirs, undefined, tenant)).toMatchObject({ applied_revision: revision }),
    );
    await place(8);
    await eventually(() => expect(arrivedAt('/tenant')).toContain(8));
    expect(arrivedAt('/operator')).not.toContain(8);
  });
});
