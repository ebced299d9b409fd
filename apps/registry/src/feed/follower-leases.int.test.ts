import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;
/** A webhook that was deleted long ago. */
let gone: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
  gone = (await create()).id;
  await value(registry.commands.deleteWebhook({ credential, webhookId: gone }));
});
afterAll(() => registry.close());

const create = () => value(registry.commands.createWebhook({ ...wanted, credential }));
const follow = (dispatcher: string, after: number) =>
  registry.commands.follow({ dispatcher, after, waitMs: 0, limit: 10_000 });

/** Begins a deletion, waits until it is committed, and tells whether it has been answered. */
async function beginDeletion(webhookId: string) {
  let answered = false;
  const answer = registry.commands.deleteWebhook({ credential, webhookId }).finally(() => {
    answered = true;
  });
  // The test that expects a failure looks at it later.
  answer.catch(() => undefined);
  const deleted = 'select revision::int from registry.webhook where id = $1 and deleted_at is not null';
  await expect.poll(() => registry.database.query(deleted, [webhookId])).toHaveLength(1);
  const [{ revision }] = await registry.database.query(deleted, [webhookId]);
  return { answer, answered: () => answered, revision: revision as number };
}

/** Some time in which the leases were looked at twice: what could be answered by now has been. */
async function looks(): Promise<void> {
  for (let look = 0; look < 2; look++) await refusal(registry.commands.deleteWebhook({ credential, webhookId: gone }));
}

test('a deletion waits until every living dispatcher has reported its revision', async () => {
  const { id, revision } = await create();
  for (const dispatcher of ['a', 'b']) await follow(dispatcher, revision);
  const deletion = await beginDeletion(id);

  // Having read the deletion is not having applied it.
  expect((await follow('a', revision)).changes).toMatchObject([{ webhookId: id, webhook: null }]);
  await follow('a', deletion.revision);
  await looks();
  expect(deletion.answered()).toBe(false);
  await follow('b', deletion.revision);
  expect(await deletion.answer).toEqual({ ok: true, value: { revision: deletion.revision } });
  for (const dispatcher of ['a', 'b']) await registry.commands.leave({ dispatcher });
});

test('a deletion does not wait for a dispatcher that left, or whose lease is over', async () => {
  const { id, revision } = await create();
  await follow('leaving', revision);
  const first = await beginDeletion(id);
  await looks();
  expect(first.answered()).toBe(false);
  await registry.commands.leave({ dispatcher: 'leaving' });
  await first.answer;

  const other = await create();
  await follow('dead', revision);
  const second = await beginDeletion(other.id);
  await looks();
  expect(second.answered()).toBe(false);
  registry.clock.advance(5_000);
  await second.answer;
});

test('a dispatcher that starts again has applied nothing: it is waited for until it catches up', async () => {
  const { id, revision } = await create();
  await follow('restarted', revision);
  await follow('restarted', 0);
  const deletion = await beginDeletion(id);
  await follow('restarted', revision);
  await looks();
  expect(deletion.answered()).toBe(false);
  await follow('restarted', deletion.revision);
  await deletion.answer;
  await registry.commands.leave({ dispatcher: 'restarted' });
});

test('a deletion does not wait for a dispatcher that still reads everything for the first time', async () => {
  const { id } = await create();
  for (const after of [0, 1]) {
    await registry.commands.follow({ dispatcher: 'starting', after, waitMs: 0, limit: 1, starting: true });
  }
  expect(await registry.commands.deleteWebhook({ credential, webhookId: id })).toMatchObject({ ok: true });
});

test('asking again while the first deletion waits is refused as unknown, and not earlier than the first is answered', async () => {
  const { id, revision } = await create();
  await follow('a', revision);
  const deletion = await beginDeletion(id);
  let secondAnswered = false;
  const second = refusal(registry.commands.deleteWebhook({ credential, webhookId: id })).finally(() => {
    secondAnswered = true;
  });
  await looks();
  expect(secondAnswered).toBe(false);
  await follow('a', deletion.revision);
  await deletion.answer;
  expect(await second).toMatchObject({ code: 'not_found' });
  await registry.commands.leave({ dispatcher: 'a' });
});

test('a dispatcher that lives on and does not apply the deletion makes it unavailable, not answered', async () => {
  const { id, revision } = await create();
  await follow('stuck', revision);
  const deletion = await beginDeletion(id);
  // The lease is by the database's clock and counts on from where the clock was moved to.
  registry.clock.advance(10_000);
  await follow('stuck', revision);
  await expect(deletion.answer).rejects.toThrow(ServiceUnavailable);
  await registry.commands.leave({ dispatcher: 'stuck' });
});

test('disabling by a dispatcher does not wait for dispatchers', async () => {
  const { id, revision } = await create();
  await follow('a', revision);
  expect((await registry.commands.disableWebhook({ webhookId: id, reason: '410' })).revision).toBe(revision + 1);
  await registry.commands.leave({ dispatcher: 'a' });
});

test('many deletions at once wait together', async () => {
  const made = await Promise.all(Array.from({ length: 40 }, create));
  const highest = Math.max(...made.map(({ revision }) => revision));
  await follow('a', highest);
  const deletions = made.map(({ id }) => registry.commands.deleteWebhook({ credential, webhookId: id }));
  const all = Promise.all(deletions);
  await expect.poll(async () => (await registry.commands.revision({})).revision).toBe(highest + 40);
  await follow('a', highest + 40);
  expect((await all).every(({ ok }) => ok)).toBe(true);
  await registry.commands.leave({ dispatcher: 'a' });
});

test('a dispatcher is told how many live, itself included: others that left or are silent no longer count', async () => {
  const { revision } = await registry.commands.revision({});
  const dispatchers = async (dispatcher: string) => (await follow(dispatcher, revision)).dispatchers;
  expect(await dispatchers('a')).toBe(1);
  expect(await dispatchers('b')).toBe(2);
  expect(await dispatchers('c')).toBe(3);
  expect(await dispatchers('a')).toBe(3);
  await registry.commands.leave({ dispatcher: 'c' });
  expect(await dispatchers('a')).toBe(2);
  registry.clock.advance(5_000);
  expect(await dispatchers('a')).toBe(1);
  expect(await dispatchers('b')).toBe(2);
  for (const dispatcher of ['a', 'b']) await registry.commands.leave({ dispatcher });
});

test('a dispatcher that still reads everything for the first time counts for nobody', async () => {
  const { revision } = await registry.commands.revision({});
  const starting = { dispatcher: 'starting', after: 0, waitMs: 0, limit: 1, starting: true };
  await registry.commands.follow(starting);
  expect((await follow('a', revision)).dispatchers).toBe(1);
  await registry.commands.leave({ dispatcher: 'a' });
});
