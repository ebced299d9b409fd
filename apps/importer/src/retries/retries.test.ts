import type { Source } from '@sluice/contracts/sources';
import { RETRIES_TOPIC } from '@sluice/contracts/topics';
import { type OriginRecord, readUnreadable, retryRecord, unreadableRecord } from '@sluice/contracts/unreadable-record';
import { SourceRecord } from '@sluice/event-stream/kafka/source-record';
import { expect, it, onTestFinished, vi } from 'vitest';
import { originRecord } from '../sources/origin-record.js';
import { sampleRecord } from '../testing/sample-record.js';
import { ToldSources } from '../testing/told-sources.js';
import { WiredImporter } from '../testing/wired-importer.js';

/** The importer asks the registry every two seconds. */
vi.setConfig({ testTimeout: 30_000 });
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000 });

const former = { id: 'dl_1', times: 1 };
const { signal } = new AbortController();
const undecodable = { firstPosition: 5n, lastPosition: 7n, reason: 'its checksum is wrong' };

type Message = ConstructorParameters<typeof SourceRecord>[1];

const sourceRecord = (message: Partial<Message>) =>
  new SourceRecord(2, {
    offset: '7',
    timestamp: '1780306200000',
    key: null,
    value: null,
    headers: [],
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
    ...message,
  });

/** As the dispatcher puts the record back. */
function putBack(origin: OriginRecord, accountId = 'acc_1'): SourceRecord {
  const { headers, value } = retryRecord(origin, { accountId, former });
  const inBytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const);
  return sourceRecord({ value: value && Buffer.from(value), headers: inBytes });
}

async function importing(told = new ToldSources()) {
  const source = told.add({ topic: 'shop.orders', format: 'json', mapping: { type: { value: 'as.it.was' } } });
  const importer = new WiredImporter();
  await importer.start(told);
  onTestFinished(() => importer.stop());
  const retry = (...records: SourceRecord[]) => importer.readerOf(RETRIES_TOPIC)?.(records, signal);
  return { told, source, importer, retry };
}

const corrected = { mapping: { type: { value: 'as.it.is' } } };

it('converts by what the source was when the record was put back, however new that is', async () => {
  const { told, source, importer, retry } = await importing();
  await eventually(() => expect(importer.readerOf(source.topic)).toBeDefined());
  told.change(source.id, corrected);
  await retry(putBack({ ...sampleRecord({ value: '{}' }), sourceId: source.id }));
  expect(importer.outcomes()).toEqual(['as.it.is']);
});

it('does not go by an answer that the registry had ready before', async () => {
  const told = new ToldSources();
  const { syncSources } = told.registry;
  const answers: (() => void)[] = [];
  told.registry.syncSources = async (request) => {
    const answer = await syncSources(request);
    await new Promise<void>((resolve) => answers.push(resolve));
    return answer;
  };
  const { source, importer, retry } = await importing(told);
  told.change(source.id, corrected);
  const retrying = retry(putBack({ ...sampleRecord({ value: '{}' }), sourceId: source.id }));
  answers[0]?.();
  await eventually(() => expect(answers).toHaveLength(2));
  expect(importer.outcomes()).toEqual([]);
  told.registry.syncSources = syncSources;
  answers[1]?.();
  await retrying;
  expect(importer.outcomes()).toEqual(['as.it.is']);
});

it('waits while the registry is away', async () => {
  const told = new ToldSources();
  const { syncSources } = told.registry;
  let asked = 0;
  told.registry.syncSources = async (request) => {
    asked += 1;
    if (asked <= 2) throw new Error('away');
    return syncSources(request);
  };
  const { source, importer, retry } = await importing(told);
  await retry(putBack({ ...sampleRecord({ value: '{}' }), sourceId: source.id }));
  expect([asked, importer.outcomes()]).toEqual([3, ['as.it.was']]);
});

it('gives up waiting when its partition goes elsewhere', async () => {
  const told = new ToldSources();
  told.registry.syncSources = async () => {
    throw new Error('away');
  };
  const { importer } = await importing(told);
  const release = new AbortController();
  const retrying = importer.readerOf(RETRIES_TOPIC)?.([putBack(sampleRecord({ value: '{}' }))], release.signal);
  release.abort();
  await expect(retrying).rejects.toThrow('aborted');
});

it('publishes neighbours of one account together, under one revision, and all in their order', async () => {
  const { told, source, importer, retry } = await importing();
  const mapping = { type: { pointer: '' } } as const;
  told.change(source.id, { mapping });
  const theirs = told.add({ topic: 'shop.orders', format: 'json', accountId: 'acc_2', mapping });
  let asked = 0;
  told.registry.revision = async () => {
    asked += 1;
    return { revision: 7 };
  };
  const putBackTo = ({ id, accountId }: Source, type: string) =>
    putBack({ ...sampleRecord({ value: `"${type}"` }), sourceId: id }, accountId);
  await retry(
    putBackTo(source, 'one'),
    putBackTo(source, 'two'),
    sourceRecord({ value: Buffer.from('no dead letter') }),
    putBackTo(source, 'three'),
    putBackTo(theirs, 'four'),
    putBackTo(source, 'five'),
  );
  expect([importer.outcomes(), asked]).toEqual([['one', 'two', 'three', 'four', 'five'], 3]);
});

it('stands before a batch of retries that can not be decoded: nothing of it is done with', async () => {
  const { source, importer, retry } = await importing();
  const before = putBack({ ...sampleRecord({ value: '{}' }), sourceId: source.id });
  const batch = sourceRecord({ value: Buffer.alloc(61), undecodable });
  await expect(retry(before, batch)).rejects.toThrow(
    "the batch at offsets 5 to 7 of sluice.retries/2 can't be decoded: its checksum is wrong",
  );
  expect(importer.published).toEqual([]);
});

it('says of a batch of a source that can not be decoded that nothing can read it', async () => {
  const { source, importer, retry } = await importing();
  const batch = originRecord(source.id, source.topic, sourceRecord({ value: Buffer.from('{}'), undecodable }));
  const letter = unreadableRecord(batch, { reason: 'x', accountId: 'acc_1', former: null });
  const read = readUnreadable(letter.headers);
  if (!read?.ok) throw new Error('no dead letter');
  await retry(putBack({ ...read.origin, headers: read.headers, key: letter.key, value: letter.value }));
  expect(importer.outcomes()).toEqual([expect.stringMatching(/^it is a batch of records that can't be decoded/)]);
});
