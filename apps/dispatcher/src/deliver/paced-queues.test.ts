import { describe, expect, test } from 'vitest';
import { FAILED, queuesUnderTest } from '../testing/queues-under-test.js';

/** Ends whatever is under way, well. */
function endAll({ started, end }: ReturnType<typeof queuesUnderTest>): void {
  for (const { delivery } of started.filter(({ state }) => state === 'sending')) end(delivery.webhookId);
}

describe('a webhook with a rate limit', () => {
  test('starts no more than the rate allows, whatever waits, and one second’s worth at once after a quiet time', () => {
    const sluice = queuesUnderTest();
    sluice.terms.set('a', { rateLimit: 20 });
    sluice.offer('a');
    endAll(sluice);
    sluice.later(60_000);
    let taken = 0;
    for (let round = 0; round < 10; round += 1) {
      taken += sluice.offer('a', 10);
      endAll(sluice);
    }
    // Those that were saved up, and as many as will have their turn within half a second.
    expect([sluice.started.length, taken]).toEqual([21, 30]);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      sluice.later(100);
      endAll(sluice);
    }
    expect(sluice.started.length).toBe(31);
  });

  test('takes from the stream what starts within half a second; the rest becomes rows, and younger ones go behind them', () => {
    const sluice = queuesUnderTest();
    sluice.terms.set('a', { rateLimit: 20 });
    expect(sluice.offer('a', 50)).toBe(11);
    const halfASecond = () => {
      for (let tenth = 0; tenth < 5; tenth += 1) {
        sluice.later(100);
        endAll(sluice);
      }
    };
    endAll(sluice);
    halfASecond();
    expect(sluice.offer('a')).toBe(0);
    expect(sluice.claimDue('a', 39)).toBe(10);
    expect(sluice.offer('a')).toBe(0);
    halfASecond();
    // Fewer are due than it might have: no older ones are left.
    expect(sluice.claimDue('a', 3)).toBe(3);
    sluice.queues.beginClaim();
    expect(sluice.offer('a')).toBe(1);
  });

  test('claims no row for each token that comes back, but several when few are left', () => {
    const sluice = queuesUnderTest();
    sluice.terms.set('a', { rateLimit: 20 });
    const claims: number[] = [];
    for (let tenth = 0; tenth < 20; tenth += 1) {
      claims.push(sluice.claimDue('a', 1_000));
      sluice.later(100);
      endAll(sluice);
    }
    expect(sluice.started.length).toBeGreaterThanOrEqual(38);
    expect(claims.filter((rows) => rows > 0).length).toBeLessThanOrEqual(9);
  });

  test('of less than one a second claims a row when its token is about to come', () => {
    const sluice = queuesUnderTest();
    sluice.terms.set('a', { rateLimit: 0.1 });
    expect(sluice.claimDue('a', 5)).toBe(1);
    endAll(sluice);
    sluice.later(9_400);
    expect(sluice.claimDue('a', 5)).toBe(0);
    sluice.later(200);
    expect(sluice.claimDue('a', 5)).toBe(1);
    expect(sluice.underWay('a')).toBe(0);
    sluice.later(400);
    expect(sluice.underWay('a')).toBe(1);
  });

  test('holds up nobody else, and does not count as something that flows', () => {
    const sluice = queuesUnderTest({ slots: 8 });
    sluice.terms.set('a', { rateLimit: 2 });
    for (let round = 0; round < 5; round += 1) {
      sluice.offer('a', 10);
      endAll(sluice);
      sluice.offer('b');
      expect(sluice.underWay('b')).toBe(1);
      endAll(sluice);
    }
    expect(sluice.queues.flowing).toBe(0);
  });

  test('has its part of the limit: as dispatchers come and go it changes', () => {
    const sluice = queuesUnderTest();
    sluice.terms.set('a', { rateLimit: 20 });
    const inOneSecond = (): number => {
      const before = sluice.started.length;
      for (let tenth = 0; tenth < 10; tenth += 1) {
        sluice.claimDue('a', 1_000);
        sluice.later(100);
        endAll(sluice);
      }
      return sluice.started.length - before;
    };
    inOneSecond();
    expect(inOneSecond()).toBe(20);
    sluice.queues.sharedBy(2);
    expect(inOneSecond()).toBe(10);
    sluice.queues.sharedBy(5);
    expect(inOneSecond()).toBe(4);
    sluice.queues.sharedBy(1);
    expect(inOneSecond()).toBe(20);
  });

  test('may get another, or none', () => {
    const sluice = queuesUnderTest();
    sluice.terms.set('a', { rateLimit: 1 });
    expect(sluice.offer('a', 10)).toBe(1);
    endAll(sluice);
    sluice.terms.set('a', { rateLimit: null });
    sluice.queues.changed('a');
    expect(sluice.offer('a', 10)).toBe(10);
  });
});

describe('a webhook with a limit of attempts at once', () => {
  test('keeps to its part of it, and to one at least', () => {
    const sluice = queuesUnderTest();
    sluice.terms.set('a', { concurrency: 6 });
    sluice.terms.set('b', { concurrency: 1 });
    const mostAtOnce = (webhook: string): number => {
      for (let round = 0; round < 20; round += 1) {
        sluice.offer(webhook, 20);
        endAll(sluice);
      }
      sluice.offer(webhook, 20);
      return sluice.underWay(webhook);
    };
    expect([mostAtOnce('a'), mostAtOnce('b')]).toEqual([6, 1]);
    while (sluice.queues.sending > 0) endAll(sluice);
    sluice.queues.sharedBy(2);
    sluice.offer('a', 20);
    expect(sluice.underWay('a')).toBe(3);
    expect([mostAtOnce('a'), mostAtOnce('b')]).toEqual([3, 1]);
    sluice.queues.sharedBy(10);
    expect([mostAtOnce('a'), mostAtOnce('b')]).toEqual([1, 1]);
  });
});

describe('a webhook whose endpoint fails', () => {
  /** Five deliveries fail, one after the other as the window falls. */
  function opened() {
    const sluice = queuesUnderTest();
    sluice.offer('a', 20);
    for (let failure = 0; failure < 5; failure += 1) sluice.end('a', FAILED);
    return sluice;
  }
  /** Beyond every jitter. */
  const pauseIsOver = ({ later }: ReturnType<typeof queuesUnderTest>, plannedMs: number) => later(1.2 * plannedMs);

  test('gives up what waits in memory at once when the circuit opens, and takes nothing', () => {
    const { queues, left, offer, claim, underWay, logged } = opened();
    expect([underWay('a'), left.length, queues.inHand]).toEqual([0, 15, 0]);
    expect(left.map(({ attempt }) => attempt)).toEqual(left.map(() => 1));
    expect([offer('a'), queues.free('a'), claim('a')]).toEqual([0, 0, false]);
    expect([queues.openCircuits, logged]).toEqual([1, ['webhook.circuit_opened']]);
  });

  test('hinders nobody else', () => {
    const { offer, underWay } = opened();
    expect([offer('b', 2), underWay('b')]).toEqual([2, 2]);
  });

  test('is probed by one row after the pause, and by one more after a longer one', () => {
    const sluice = opened();
    const { queues, claimDue, underWay, later, end, offer, logged } = sluice;
    later(3_999);
    expect(claimDue('a', 100)).toBe(0);
    pauseIsOver(sluice, 5_000);
    expect([claimDue('a', 100), claimDue('a', 100), underWay('a')]).toEqual([1, 0, 1]);
    // What the stream brings is younger than what waits.
    expect(offer('a')).toBe(0);
    end('a', FAILED);
    later(7_999);
    expect(claimDue('a', 100)).toBe(0);
    pauseIsOver(sluice, 10_000);
    expect(claimDue('a', 100)).toBe(1);
    expect([queues.openCircuits, logged]).toEqual([1, ['webhook.circuit_opened']]);
  });

  test('goes on with a growing window once a probe succeeds', () => {
    const sluice = opened();
    const { queues, claimDue, underWay, end, offer, logged } = sluice;
    pauseIsOver(sluice, 5_000);
    claimDue('a', 100);
    end('a');
    expect([queues.openCircuits, logged]).toEqual([0, ['webhook.circuit_opened', 'webhook.circuit_closed']]);
    const windows: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      claimDue('a', 100);
      windows.push(underWay('a'));
      end('a');
    }
    expect(windows).toEqual([2, 3, 4, 5]);
    expect(offer('a')).toBe(1);
  });

  test('is probed again when the probe was cut short: that says nothing', () => {
    const sluice = opened();
    const { queues, claimDue, started, permits } = sluice;
    pauseIsOver(sluice, 5_000);
    claimDue('a', 100);
    permits.giveBack();
    queues.ended(started.at(-1)!, null);
    expect(claimDue('a', 100)).toBe(1);
  });

  test('begins anew when it gets another endpoint, is turned off, or is deleted', () => {
    for (const endpoint of ['http://127.0.0.1:9/elsewhere', null]) {
      const { queues, terms, offer, underWay } = opened();
      terms.set('a', { endpoint });
      queues.changed('a');
      expect([queues.openCircuits, offer('a', 3), underWay('a')]).toEqual([0, 3, 2]);
    }
  });

  test('does not lay to its new endpoint’s charge what the old one did', () => {
    const { queues, terms, offer, end, started, later } = queuesUnderTest();
    for (let round = 0; round < 5; round += 1) {
      offer('a');
      end('a');
    }
    offer('a', 10);
    const old = started.filter(({ state }) => state === 'sending');
    expect(old.length).toBeGreaterThanOrEqual(5);
    later(10);
    terms.set('a', { endpoint: 'http://127.0.0.1:9/elsewhere' });
    queues.changed('a');
    for (const work of old) queues.ended(work, FAILED);
    expect([queues.openCircuits, old[0]?.queue.window]).toEqual([0, 2]);
  });

  test('stays as it is when anything else of it changes', () => {
    const { queues, terms } = opened();
    terms.set('a', { rateLimit: 5 });
    queues.changed('a');
    expect(queues.openCircuits).toBe(1);
  });
});

describe('rows that wait', () => {
  test('have places of their own although the stream keeps the queue of their webhook full', () => {
    const sluice = queuesUnderTest();
    for (let round = 0; round < 50; round += 1) {
      sluice.offer('a', 200);
      sluice.claimDue('a', 1_000);
      sluice.later(20);
      for (let answer = sluice.underWay('a'); answer > 0; answer -= 1) sluice.end('a');
      sluice.queues.takeUnfinished(sluice.clock.monotonicMs() - 1_000);
    }
    const ofRows = sluice.started.filter((work) => work.claimed).length;
    expect(ofRows / sluice.started.length).toBeGreaterThan(0.1);
    expect(ofRows / sluice.started.length).toBeLessThan(0.5);
  });
});
