import { getEventListeners } from 'node:events';
import { RETRIES_TOPIC } from '@sluice/contracts/topics';
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

/** An importer with a source that is paused, and has records to take. */
async function paused() {
  const told = new ToldSources();
  const mapping = { type: { value: 'a.b' } };
  const source = told.add({ topic: 'shop.orders', format: 'json', status: 'paused', mapping });
  const importer = new WiredImporter();
  await importer.start(told);
  onTestFinished(() => importer.stop());
  await vi.waitFor(() => expect(importer.readerOf(source.topic)).toBeDefined());
  const release = new AbortController();
  const taking = importer.readerOf(source.topic)?.([record], release.signal);
  /** The registry is asked again at once when something was put back. */
  const change = async (status: 'paused' | 'enabled') => {
    told.change(source.id, { status });
    await importer.readerOf(RETRIES_TOPIC)?.([], new AbortController().signal);
  };
  return { importer, release, taking, change };
}

it('takes nothing of a paused source until it is resumed, and leaves nothing behind on the signal', async () => {
  const { importer, release, taking, change } = await paused();
  await change('paused');
  expect(importer.outcomes()).toEqual([]);
  await change('enabled');
  await taking;
  expect(importer.outcomes()).toEqual(['a.b']);
  expect(getEventListeners(release.signal, 'abort')).toEqual([]);
});

it('gives up waiting for a paused source when its partition goes elsewhere', async () => {
  const { importer, release, taking, change } = await paused();
  release.abort();
  await expect(taking).rejects.toThrow('aborted');
  await change('enabled');
  expect(importer.outcomes()).toEqual([]);
});
