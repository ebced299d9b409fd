import { WEBHOOKS_TOPIC } from '@sluice/contracts/topics';
import { WebhookFact } from '@sluice/contracts/webhook-fact';
import { type EventStream, StreamUnavailable } from '@sluice/event-stream/event-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, startRegistryUnderTest, value, wanted } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

const create = () => value(registry.commands.createWebhook({ ...wanted, credential }));

interface Published {
  partition: number;
  key: string;
  text: string;
  fact: WebhookFact;
}

/** All facts on the stream, each partition in its order, once the outbox is empty. */
async function published(): Promise<Published[]> {
  await expect.poll(() => registry.database.query('select 1 from registry.webhook_fact limit 1')).toEqual([]);
  const { stream } = registry;
  const partitions = await Promise.all(
    (await stream.ranges(WEBHOOKS_TOPIC)).map(({ partition, first }) =>
      stream.read(WEBHOOKS_TOPIC, partition, first, 10_000),
    ),
  );
  return partitions.flat().map(({ partition, key, value: bytes }) => {
    const text = Buffer.from(bytes!).toString();
    return { partition, key: Buffer.from(key!).toString(), text, fact: WebhookFact.parse(JSON.parse(text)) };
  });
}

test('each change becomes one fact, keyed by its webhook, in the order of revisions, without secrets', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, create));
  for (const { id } of made) await registry.commands.disableWebhook({ webhookId: id, reason: '410 Gone' });
  await Promise.all(made.map(({ id }) => registry.commands.deleteWebhook({ credential, webhookId: id })));

  const facts = await published();
  for (const { id, revision, header, signingSecret } of made) {
    const mine = facts.filter(({ key }) => key === id);
    expect(mine.map(({ fact }) => fact.type)).toEqual(['webhook.created', 'webhook.disabled', 'webhook.deleted']);
    expect(mine[0]!.fact).toEqual({
      type: 'webhook.created',
      revision,
      webhookId: id,
      accountId: registry.operator.accountId,
      eventType: 'follow.created',
      endpoint: 'https://example.com/hook',
      at: expect.stringMatching(/Z$/),
    });
    expect(mine[1]!.fact.reason).toBe('410 Gone');
    const text = mine.map((fact) => fact.text).join();
    expect(text).not.toContain(header.value);
    expect(text).not.toContain(signingSecret);
  }
  for (const partition of new Set(facts.map((fact) => fact.partition))) {
    const revisions = facts.filter((fact) => fact.partition === partition).map(({ fact }) => fact.revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
  }
});

test('several relays publish each fact once, and still in order', async () => {
  await registry.another();
  await registry.another();
  const made = await Promise.all(Array.from({ length: 60 }, create));
  const facts = (await published()).filter(({ key }) => made.some(({ id }) => id === key));
  expect(facts).toHaveLength(60);
  for (const partition of new Set(facts.map((fact) => fact.partition))) {
    const revisions = facts.filter((fact) => fact.partition === partition).map(({ fact }) => fact.revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
  }
});

test('a stream that is away delays the facts and nothing else; they arrive when it is back', async () => {
  let away = true;
  let refusals = 0;
  /** The real stream behind a door that can be shut. */
  const behindDoor = (stream: EventStream): EventStream =>
    new Proxy(stream, {
      get: (_, name: keyof EventStream) => {
        if (name !== 'publish' || !away) return stream[name].bind(stream);
        refusals += 1;
        return () => Promise.reject(new StreamUnavailable('away', 1));
      },
    });
  const shut = await startRegistryUnderTest({}, behindDoor);
  const { key } = shut.operator.keys.live;
  const { id } = await value(shut.commands.createWebhook({ ...wanted, credential: key }));
  await value(shut.commands.deleteWebhook({ credential: key, webhookId: id }));
  await expect.poll(() => refusals).toBeGreaterThan(0);
  expect(await shut.problems()).toEqual([]);
  const waiting = 'select count(*)::int as facts from registry.webhook_fact';
  expect(await shut.database.query(waiting)).toEqual([{ facts: 2 }]);
  away = false;
  await expect.poll(() => shut.database.query(waiting), { timeout: 10_000 }).toEqual([{ facts: 0 }]);
  await shut.close();
});
