import { describe, expect, test } from 'vitest';
import { anEvent, aWebhook } from '../testing/samples.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { WebhookIndex } from '../webhooks/webhook-index.js';
import { Matcher } from './matcher.js';

/** Slices that are always used up: every computation is interrupted as often as it can be. */
class NoTime extends TimeSlices {
  override get over(): boolean {
    return true;
  }
}

/** Used up only after the beginning, so that a match can begin. */
class LittleTime extends TimeSlices {
  #asked = 0;
  override get over(): boolean {
    this.#asked += 1;
    return this.#asked % 2 === 0;
  }
}

const indexOf = (count: number): WebhookIndex => {
  const index = new WebhookIndex({ error: () => {} });
  for (let number = 0; number < count; number += 1) {
    index.apply({ revision: 1, webhookId: `${number}`, webhook: aWebhook({ id: `${number}` }) });
  }
  return index;
};

describe('matching', () => {
  test('sees one state of the index, however often it is interrupted', async () => {
    const index = indexOf(100);
    const matcher = new Matcher(index, new LittleTime());
    const matching = matcher.match(anEvent());
    const changing = matcher.change(() => {
      for (let number = 0; number < 100; number += 1)
        index.apply({ revision: 2, webhookId: `${number}`, webhook: null });
    });
    const later = matcher.match(anEvent());
    expect(await matching).toHaveLength(100);
    await changing;
    expect(await later).toEqual([]);
  });

  test('changes the index at once when nothing is half matched', async () => {
    const index = indexOf(1);
    const matcher = new Matcher(index, new NoTime());
    const changed = matcher.change(() => index.apply({ revision: 2, webhookId: '0', webhook: null }));
    expect(index.size).toBe(0);
    await changed;
  });

  test('says when a change fails, and goes on', async () => {
    const matcher = new Matcher(indexOf(1), new TimeSlices());
    await expect(
      matcher.change(() => {
        throw new Error('a fault');
      }),
    ).rejects.toThrow('a fault');
    expect(await matcher.match(anEvent())).toHaveLength(1);
  });

  test('leaves out webhooks that were created after the event was accepted', async () => {
    const index = indexOf(1);
    index.apply({ revision: 9, webhookId: 'late', webhook: aWebhook({ id: 'late', createdRevision: 9 }) });
    const matcher = new Matcher(index, new TimeSlices());
    expect((await matcher.match(anEvent({ revision: 8 }))).map(({ id }) => id)).toEqual(['0']);
    expect((await matcher.match(anEvent({ revision: 9 }))).map(({ id }) => id)).toEqual(['0', 'late']);
  });

  test('leaves none out when the registry was away and the event may have been accepted after them', async () => {
    const index = indexOf(1);
    index.apply({ revision: 9, webhookId: 'late', webhook: aWebhook({ id: 'late', createdRevision: 9 }) });
    const matcher = new Matcher(index, new TimeSlices());
    const event = anEvent({ revision: 8, exact: false });
    expect((await matcher.match(event)).map(({ id }) => id)).toEqual(['0', 'late']);
  });

  test('lets data that is no JSON satisfy no filter', async () => {
    const index = indexOf(1);
    index.apply({ revision: 1, webhookId: 'f', webhook: aWebhook({ id: 'f', filter: '{"a":{"$exist":false}}' }) });
    index.apply({ revision: 1, webhookId: 'e', webhook: aWebhook({ id: 'e', filter: '{}' }) });
    const matcher = new Matcher(index, new TimeSlices());
    const ids = async (data: string) => (await matcher.match(anEvent({ data }))).map(({ id }) => id).sort();
    expect(await ids('{"a":1,"a":2}')).toEqual(['0', 'e']);
    expect(await ids('{"b":1}')).toEqual(['0', 'e', 'f']);
    const all = anEvent({ data: 'no JSON', audience: { to: 'all' } });
    expect((await matcher.match(all)).map(({ id }) => id).sort()).toEqual(['0', 'e']);
  });
});
