import type { SourceReport } from '@sluice/contracts/sources';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RegistryUnderTest, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

let registry: RegistryUnderTest;
let commands: RegistryUnderTest['commands'];
let tenant: Tenant;
let sourceId: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ commands } = registry);
});
afterAll(() => registry.close());
beforeEach(async () => {
  tenant = await Tenant.make(registry);
  sourceId = await sourceOf(tenant, 'orders');
});

async function sourceOf({ credential }: Tenant, topic: string): Promise<string> {
  const options = { description: null, mapping: null, debezium: null, start: 'earliest' } as const;
  const made = await value(commands.createSource({ credential, topic, format: 'cloudevents', ...options }));
  return made.source.id;
}

const tell = (instance: string, ...reports: Partial<SourceReport>[]) =>
  commands.syncSources({
    instance,
    reports: reports.map((report) => ({
      ...{ sourceId, revision: 1, partitions: [], imported: 0, deadLetters: 0, lastError: null },
      ...report,
    })),
  });
const progress = async (of = sourceId) =>
  (await value(commands.getSource({ credential: tenant.credential, sourceId: of }))).progress;

test('an importer is answered the sources of all accounts, each with its own', async () => {
  const other = await Tenant.make(registry);
  const theirs = await sourceOf(other, 'orders');
  const own = async (sources: { id: string; accountId: string; status: string; revision: number }[]) =>
    sources.flatMap(({ id, accountId, status, revision }) =>
      [sourceId, theirs].includes(id) ? [{ id, accountId, status, revision }] : [],
    );
  await value(commands.switchSource({ credential: other.credential, sourceId: theirs, turn: 'pause' }));
  expect(new Set(await own((await tell('one')).sources))).toEqual(
    new Set([
      { id: sourceId, accountId: tenant.accountId, status: 'enabled', revision: 1 },
      { id: theirs, accountId: other.accountId, status: 'paused', revision: 2 },
    ]),
  );
  await value(commands.deleteSource({ credential: tenant.credential, sourceId }));
  expect(await own((await tell('one', {})).sources)).toMatchObject([{ id: theirs }]);
});

test('what an importer has at its present revision is told by its id alone, until it changes', async () => {
  const told = async (...reports: Partial<SourceReport>[]) => {
    const { sources, unchanged } = await tell('one', ...reports);
    return { whole: sources.some(({ id }) => id === sourceId), unchanged: unchanged.includes(sourceId) };
  };
  expect(await told()).toEqual({ whole: true, unchanged: false });
  expect(await told({})).toEqual({ whole: false, unchanged: true });
  await value(commands.switchSource({ credential: tenant.credential, sourceId, turn: 'pause' }));
  expect(await told({})).toEqual({ whole: true, unchanged: false });
  expect(await told({ revision: 2 })).toEqual({ whole: false, unchanged: true });
  await value(commands.deleteSource({ credential: tenant.credential, sourceId }));
  expect(await told({ revision: 2 })).toEqual({ whole: false, unchanged: false });
});

test('a source that nobody ran says so', async () => {
  expect(await progress()).toEqual({
    ...{ running: false, reportedAt: null, appliedRevision: null, partitions: [] },
    ...{ imported: 0, deadLetters: 0, lastError: null },
  });
});

test('what several importers tell is put together: of a partition what was told last', async () => {
  const lastError = { at: '2026-06-01T09:30:00.000Z', message: 'not\nauthorized' };
  await tell('one', {
    revision: 2,
    lastError,
    partitions: [
      { partition: 2, position: 4, end: 10 },
      { partition: 0, position: 5, end: 5 },
    ],
  });
  registry.clock.shiftMs += 1_000;
  const older = { at: '2026-06-01T09:00:00.000Z', message: 'older' };
  await tell('two', {
    lastError: older,
    partitions: [
      { partition: 1, position: 0, end: 3 },
      { partition: 2, position: 9, end: 11 },
    ],
  });
  const told = await progress();
  expect(told).toMatchObject({ running: true, appliedRevision: 1 });
  expect(told.lastError).toEqual({ ...lastError, message: 'not authorized' });
  expect(told.partitions).toEqual([
    { partition: 0, position: 5, end: 5, lag: 0 },
    { partition: 1, position: 0, end: 3, lag: 3 },
    { partition: 2, position: 9, end: 11, lag: 2 },
  ]);
  await tell('one', { lastError: null, revision: 2 });
  expect((await progress()).lastError).toEqual(older);
});

test('importers that fell silent run no source; what they told last stays, until another has told for an hour', async () => {
  await tell('one', { partitions: [{ partition: 0, position: 5, end: 7 }] });
  const { reportedAt } = await progress();
  registry.clock.shiftMs += 9_000;
  expect(await progress()).toMatchObject({ running: true, appliedRevision: 1 });
  registry.clock.shiftMs += 2_000;
  const silent = { running: false, appliedRevision: null, reportedAt, partitions: [{ partition: 0, lag: 2 }] };
  expect(await progress()).toMatchObject(silent);
  registry.clock.shiftMs += 7_200_000;
  expect(await progress()).toMatchObject(silent);
  await tell('two', { partitions: [{ partition: 1, position: 5, end: 6 }] });
  expect(await progress()).toMatchObject({ running: true, partitions: [{ partition: 1 }] });
});

test('what importers counted since their start adds up since the creation, through restarts', async () => {
  await tell('one', { imported: 10, deadLetters: 1 });
  await tell('one', { imported: 12, deadLetters: 1 });
  // The answer got lost, and it tells the same again.
  await tell('one', { imported: 12, deadLetters: 1 });
  expect(await progress()).toMatchObject({ imported: 12, deadLetters: 1 });
  await tell('one after its restart', { imported: 5, deadLetters: 2 });
  await tell('two', { imported: 100 });
  expect(await progress()).toMatchObject({ imported: 117, deadLetters: 3 });
  await tell('two', { imported: 3 });
  expect(await progress()).toMatchObject({ imported: 120, deadLetters: 3 });
});

test('importers that tell of the same sources at once never fail, and nothing is counted twice', async () => {
  const other = await sourceOf(tenant, 'payments');
  const pair = [sourceId, other];
  for (let round = 1; round <= 10; round += 1) {
    const told = ['one', 'two', 'three', 'two'].map((instance, index) =>
      tell(instance, ...(index % 2 === 0 ? pair : pair.toReversed()).map((id) => ({ sourceId: id, imported: round }))),
    );
    await Promise.all(told);
  }
  expect(await progress()).toMatchObject({ imported: 30 });
  expect(await progress(other)).toMatchObject({ imported: 30 });
});

test('an error of any length and with any character is told, and stops nothing', async () => {
  const at = '2026-06-01T09:30:00Z';
  await tell('one', { lastError: { at, message: `\0\ud800${'x'.repeat(5_000)}` } });
  const { lastError } = await progress();
  expect(lastError).toEqual({ at: '2026-06-01T09:30:00.000Z', message: `  ${'x'.repeat(998)}` });
});
