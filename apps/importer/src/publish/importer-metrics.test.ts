import { SourceRecord } from '@sluice/event-stream/kafka/source-record';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ToldSources } from '../testing/told-sources.js';
import { WiredImporter } from '../testing/wired-importer.js';

const record = new SourceRecord(0, {
  offset: '0',
  timestamp: '1780306200000',
  key: null,
  value: Buffer.from('{}'),
  headers: [],
  isControlRecord: false,
  batchContext: { producerId: '-1', inTransaction: false },
});

it('tell of each source what is known of it, and nothing of sources that are deleted', async () => {
  const told = new ToldSources();
  const importer = new WiredImporter();
  const mapping = { type: { value: 'a.b' } };
  const read = told.add({ topic: 'is.read', format: 'json', mapping });
  const unread = told.add({ topic: 'is.not.read', format: 'json', mapping });
  importer.progress.set(read.topic, [{ partition: 0, position: 3n, end: 10n }]);
  importer.problems.set(unread.topic, 'is.not.read: does not exist');
  await importer.start(told);
  onTestFinished(() => importer.stop());
  await vi.waitFor(() => expect(importer.readerOf(unread.topic)).toBeDefined(), { timeout: 10_000 });
  await importer.readerOf(read.topic)?.([record], new AbortController().signal);

  const seriesOf = async (id: string) =>
    (await importer.metrics.metrics()).split('\n').filter((line) => line.includes(`source="${id}"`));
  expect(await seriesOf(read.id)).toEqual([
    `sluice_imported_records_total{source="${read.id}",result="event"} 1`,
    `sluice_source_lag_records{source="${read.id}"} 7`,
    `sluice_source_problem{source="${read.id}"} 0`,
  ]);
  expect(await seriesOf(unread.id)).toEqual([`sluice_source_problem{source="${unread.id}"} 1`]);

  told.sources.clear();
  await vi.waitFor(async () => expect(await seriesOf(read.id)).toEqual([]), { timeout: 10_000 });
}, 30_000);
