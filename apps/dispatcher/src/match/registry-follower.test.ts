import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { aWebhook } from '../testing/samples.js';
import { WebhookFeed } from '../testing/webhook-feed.js';
import { Matcher } from './matcher.js';
import { RegistryFollower } from './registry-follower.js';
import { TimeSlices } from './time-slices.js';
import { WebhookIndex } from './webhook-index.js';

const running: RegistryFollower[] = [];
afterEach(() => Promise.all(running.splice(0).map((follower) => follower.stop())));

function following(feed: WebhookFeed) {
  const clock = new ShiftedClock();
  const index = new WebhookIndex({ error: () => {} });
  const slices = new TimeSlices();
  const changed: string[] = [];
  const follower = new RegistryFollower({
    registry: feed,
    index,
    dispatcher: 'dispatcher-1',
    clock,
    logger: createLogger({ service: 'dispatcher', level: 'silent' }),
    slices,
    matcher: new Matcher(index, slices),
    changed: (webhooks) => changed.push(...webhooks.map(({ id }) => id)),
  });
  running.push(follower);
  return { follower, index, clock, changed };
}

describe('following the registry', () => {
  test('reads everything page by page, and is fresh only then', async () => {
    const feed = new WebhookFeed();
    feed.putAll(Array.from({ length: 5_000 }, (_, number) => aWebhook({ id: `${number}` })));
    const { follower, index } = following(feed);
    expect(follower.fresh()).toBe(false);
    follower.start();
    await vi.waitFor(() => expect(follower.fresh()).toBe(true));
    expect(index.size).toBe(5_000);
    expect(index.revision).toBe(feed.revision);
  });

  test('has a change when the registry answers that every dispatcher has it', async () => {
    const feed = new WebhookFeed();
    feed.put(aWebhook({ id: 'a' }));
    const { follower, index, changed } = following(feed);
    follower.start();
    await vi.waitFor(() => expect(follower.fresh()).toBe(true));
    await feed.update('a', { state: 'paused' });
    expect(index.get('a')?.standing).toBe('paused');
    await feed.delete('a');
    expect(index.get('a')).toBeUndefined();
    expect(changed).toEqual(['a', 'a', 'a']);
  });

  test('is stale 5 s after the last answered question was sent, and fresh again with the next answer', async () => {
    const feed = new WebhookFeed();
    const { follower, clock } = following(feed);
    follower.start();
    await vi.waitFor(() => expect(follower.fresh()).toBe(true));
    feed.away = true;
    clock.advance(5_000);
    expect(follower.fresh()).toBe(false);
    await vi.waitFor(() => expect(follower.problem()).toContain('the registry is away'), { timeout: 5_000 });
    feed.away = false;
    await vi.waitFor(() => expect(follower.problem()).toBeNull(), { timeout: 5_000 });
  });
});
