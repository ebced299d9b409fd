import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { parseJson } from '@sluice/exact-json/parse-json';
import { compileFilter } from '@sluice/filters/compile-filter';
import { parseFilterText } from '@sluice/filters/parse-filter';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IdentifiedEvent } from '../model/delivery.js';
import { anEvent, aWebhook } from '../testing/samples.js';
import { WebhookIndex } from './webhook-index.js';

const indexOf = (...webhooks: FilterWebhook[]): WebhookIndex => {
  const index = new WebhookIndex({ error: () => {} });
  for (const webhook of webhooks) index.apply({ revision: 1, webhookId: webhook.id, webhook });
  return index;
};
const matches = (index: WebhookIndex, event: IdentifiedEvent): string[] =>
  Array.from(
    index.match(event, () => parseJson(event.data)),
    ({ id }) => id,
  ).sort();

describe('the index of webhooks', () => {
  test('finds those of the audience: the own account, a named one, or all', () => {
    const index = indexOf(
      aWebhook({ id: 'own', accountId: 'account-1' }),
      aWebhook({ id: 'other', accountId: 'account-2' }),
      aWebhook({ id: 'other type', accountId: 'account-1', eventType: 'follow.deleted' }),
    );
    expect(matches(index, anEvent())).toEqual(['own']);
    expect(matches(index, anEvent({ audience: { to: 'account', accountId: 'account-2' } }))).toEqual(['other']);
    expect(matches(index, anEvent({ audience: { to: 'all' } }))).toEqual(['other', 'own']);
    expect(matches(index, anEvent({ accountId: 'account-3' }))).toEqual([]);
  });

  test('knows what is deleted, disabled, paused, moved to another type', () => {
    const index = indexOf(aWebhook({ id: 'a' }), aWebhook({ id: 'b' }), aWebhook({ id: 'c' }), aWebhook({ id: 'd' }));
    const everybody = anEvent({ audience: { to: 'all' } });
    expect(matches(index, everybody)).toEqual(['a', 'b', 'c', 'd']);
    const held = index.get('a');
    index.apply({ revision: 2, webhookId: 'a', webhook: null });
    index.apply({ revision: 3, webhookId: 'b', webhook: aWebhook({ id: 'b', state: 'disabled' }) });
    index.apply({ revision: 4, webhookId: 'c', webhook: aWebhook({ id: 'c', state: 'paused' }) });
    index.apply({ revision: 5, webhookId: 'd', webhook: aWebhook({ id: 'd', eventType: 'another' }) });
    expect(matches(index, anEvent())).toEqual(['c']);
    expect(matches(index, everybody)).toEqual(['c']);
    expect(held?.standing).toBe('deleted');
    expect(index.get('a')).toBeUndefined();
    expect(Array.from(index.webhooksOf('account-1', 'follow.created'), ({ id }) => id).sort()).toEqual(['b', 'c']);
  });

  test('lets a filter that it cannot read match nothing, and everything else go on', () => {
    const index = indexOf(aWebhook({ id: 'a', filter: '{"x":{"$newer":1}}' }), aWebhook({ id: 'b' }));
    expect(matches(index, anEvent())).toEqual(['b']);
    expect([...index.unreadable]).toEqual(['a']);
    index.apply({ revision: 2, webhookId: 'a', webhook: aWebhook({ id: 'a' }) });
    expect(index.unreadable.size).toBe(0);
  });

  test('is built for events for everybody in steps, and may change between them', () => {
    const webhooks = Array.from({ length: 100 }, (_, each) =>
      aWebhook({ id: `${each}`, accountId: `account-${each % 7}` }),
    );
    const index = indexOf(...webhooks);
    const everybody = anEvent({ audience: { to: 'all' } });
    let steps = 0;
    for (const _ of index.prepare(everybody)) {
      steps += 1;
      const id = `${(steps * 37) % 100}`;
      if (steps % 3 === 0) index.apply({ revision: 2, webhookId: id, webhook: null });
      else if (steps % 3 === 1)
        index.apply({ revision: 2, webhookId: `new-${steps}`, webhook: aWebhook({ id: `new-${steps}` }) });
      else index.apply({ revision: 2, webhookId: id, webhook: aWebhook({ id, accountId: `account-${steps % 9}` }) });
    }
    expect(steps).toBeGreaterThan(50);
    const present = Array.from({ length: 9 }, (_, each) => [...index.webhooksOf(`account-${each}`, 'follow.created')]);
    expect(matches(index, everybody)).toEqual(
      present
        .flat()
        .map(({ id }) => id)
        .sort(),
    );
    expect([...index.prepare(everybody)]).toEqual([]);
  });

  test('has the same matches as trying every filter, after any changes', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const webhook = fc.record({
      accountId: fc.constantFrom('account-1', 'account-2'),
      eventType: fc.constantFrom('x', 'y'),
      filter: fc.constantFrom(null, '{}', '{"n":1}', '{"n":{"$gt":1}}', '{"m":{"$exist":false}}'),
      state: fc.constantFrom('enabled' as const, 'paused' as const, 'disabled' as const),
    });
    const change = fc.record({ id: ids, webhook: fc.option(webhook) });
    const event = fc.record({
      type: fc.constantFrom('x', 'y'),
      data: fc.constantFrom('{"n":1}', '{"n":2,"m":null}', '[]', '7'),
      audience: fc.constantFrom<IdentifiedEvent['stamp']['audience']>(
        { to: 'own' },
        { to: 'all' },
        { to: 'account', accountId: 'account-2' },
      ),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(change, event), { maxLength: 60 }), (steps) => {
        const index = indexOf();
        const all = new Map<string, FilterWebhook>();
        for (const step of steps) {
          if ('id' in step) {
            const feed = step.webhook === null ? null : aWebhook({ id: step.id, ...step.webhook });
            index.apply({ revision: 1, webhookId: step.id, webhook: feed });
            if (feed === null) all.delete(step.id);
            else all.set(step.id, feed);
          } else expect(matches(index, anEvent(step))).toEqual(naive([...all.values()], anEvent(step)));
        }
        expect(index.size).toBe(all.size);
      }),
    );
  });
});

function naive(webhooks: readonly FilterWebhook[], { attributes, stamp, data }: IdentifiedEvent): string[] {
  const found = webhooks.filter(({ accountId, eventType, filter, state }) => {
    if (eventType !== attributes.type || state === 'disabled') return false;
    if (stamp.audience.to === 'own' && accountId !== stamp.accountId) return false;
    if (stamp.audience.to === 'account' && accountId !== stamp.audience.accountId) return false;
    const parsed = filter === null ? null : parseFilterText(filter);
    return parsed === null || (parsed.ok && compileFilter(parsed.filter)(parseJson(data)));
  });
  return found.map(({ id }) => id).sort();
}
