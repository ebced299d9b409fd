import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Matcher } from '../match/matcher.js';
import { aWebhook } from '../testing/samples.js';
import { WebhookFeed } from '../testing/webhook-feed.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { RegistryFollower } from './registry-follower.js';
import { WebhookIndex } from './webhook-index.js';

const running: RegistryFollower[] = [];
afterEach(() => Promise.all(running.splice(0).map((follower) => follower.stop())));

function following(feed: Pick<WebhookFeed, 'follow' | 'leave'>) {
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

  test('does not keep the registry waiting until everything was read once', async () => {
    const feed = new WebhookFeed();
    feed.putAll(Array.from({ length: 5_000 }, (_, number) => aWebhook({ id: `${number}` })));
    const questions: { after: number; starting: boolean | undefined; fresh: boolean }[] = [];
    const { follower } = following({
      follow: (question) => {
        questions.push({ after: question.after, starting: question.starting, fresh: follower.fresh() });
        return feed.follow(question);
      },
      leave: feed.leave,
    });
    follower.start();
    await vi.waitFor(() => expect(questions.length).toBeGreaterThanOrEqual(5));
    expect(questions.slice(0, 5)).toEqual([
      { after: 0, starting: true, fresh: false },
      { after: 2_000, starting: true, fresh: false },
      { after: 4_000, starting: true, fresh: false },
      { after: 5_000, starting: false, fresh: false },
      { after: 5_000, starting: false, fresh: true },
    ]);
  });

  test('asks without waiting for changes when somebody needs what there is now', async () => {
    const feed = new WebhookFeed();
    const waits: number[] = [];
    const { follower, clock } = following({
      follow: (question) => {
        waits.push(question.waitMs);
        return feed.follow(question);
      },
      leave: feed.leave,
    });
    follower.start();
    await vi.waitFor(() => expect(waits.at(-1)).toBeGreaterThan(0));
    const before = waits.length;
    const now = clock.monotonicMs();
    expect(follower.completeSince(now)).toBe(false);
    follower.demand(now);
    await vi.waitFor(() => expect(follower.completeSince(now)).toBe(true), { timeout: 5_000 });
    expect(waits[before]).toBe(0);
  });

  test('knows how many dispatchers live, as they come and go', async () => {
    const feed = new WebhookFeed();
    const { follower } = following(feed);
    follower.start();
    await vi.waitFor(() => expect(follower.fresh()).toBe(true));
    expect(follower.dispatchers).toBe(1);
    await feed.follow({ dispatcher: 'another', after: 0, waitMs: 0, limit: 1 });
    await vi.waitFor(() => expect(follower.dispatchers).toBe(2), { timeout: 5_000 });
    await feed.leave({ dispatcher: 'another' });
    await vi.waitFor(() => expect(follower.dispatchers).toBe(1), { timeout: 5_000 });
  });

  test('is stale when the wall clock says so: the machine was suspended', async () => {
    const { follower, clock } = following(new WebhookFeed());
    follower.start();
    await vi.waitFor(() => expect(follower.fresh()).toBe(true));
    const { nowMs } = clock;
    clock.nowMs = () => nowMs.call(clock) + 5_000;
    expect(follower.fresh()).toBe(false);
    await vi.waitFor(() => expect(follower.fresh()).toBe(true), { timeout: 5_000 });
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
