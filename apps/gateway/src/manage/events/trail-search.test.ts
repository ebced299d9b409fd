import { accepted, refused } from '@sluice/contracts/result';
import { expect, it } from 'vitest';
import { TrailSearch } from './trail-search.js';

it('asks again while deliveries of the event are under way that were not recorded yet', async () => {
  const trail = {
    ...{
      source: '/s',
      id: 'e',
      type: 't',
      acceptedAt: '2026-03-01T12:00:00Z',
      partition: 0,
      position: '1',
      matched: 1,
    },
    ...{ deliveries: [], payloads: [], unmatched: [], unmatchedMore: false },
  };
  let asked = 0;
  const whenWhole = () => ({ ...trail, complete: ++asked === 3 });
  const search = new TrailSearch({
    eventTrail: async () => accepted(whenWhole()),
    eventTrails: async () =>
      accepted({ events: asked++ === 0 ? [] : [{ ...trail, complete: asked === 3 }], more: false }),
  });
  const found = await search.find({ credential: 'key', source: '/s', id: 'e' }, () => true);
  expect(found).toMatchObject({ ok: true, value: { complete: true } });
  expect(asked).toBe(3);
  asked = 0;
  const all = await search.findAll({ credential: 'key', id: 'e' }, () => true);
  expect(all).toMatchObject({ ok: true, value: { events: [{ complete: true }] } });
  expect(asked).toBe(3);
});

it('holds a bounded number of questions at once: the others are asked once and answered', async () => {
  const asked = new Map<string, number>();
  const search = new TrailSearch({
    eventTrail: async ({ id }) => {
      asked.set(id, (asked.get(id) ?? 0) + 1);
      return refused('not_found', 'no such event');
    },
    eventTrails: async () => accepted({ events: [], more: false }),
  });
  let wanted = true;
  const ask = (id: string) => search.find({ credential: 'key', source: '/s', id }, () => wanted);
  const held = Array.from({ length: 100 }, (_, index) => ask(`held-${index}`));
  expect(await ask('one more')).toMatchObject({ ok: false });
  expect(asked.get('one more')).toBe(1);
  wanted = false;
  await Promise.all(held);
  wanted = true;
  await ask('later');
  expect(asked.get('later')).toBeGreaterThan(1);
});
