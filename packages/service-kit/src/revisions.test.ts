import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { Revisions } from './revisions.js';

const logger = createLogger({ service: 'gateway', level: 'silent' });

/** A registry whose answers the test gives, one by one, in the order of the questions. */
function questions() {
  const open: { answer: (revision: number) => void; fail: (error: Error) => void }[] = [];
  const registry = {
    revision: () =>
      new Promise<{ revision: number }>((resolve, reject) => {
        open.push({ answer: (revision) => resolve({ revision }), fail: reject });
      }),
  };
  return { open, registry };
}

describe('the revision that events are stamped with', () => {
  it('was read after the request arrived: a question under way is not good enough', async () => {
    const { open, registry } = questions();
    const revisions = new Revisions(registry, logger, 60_000);
    const first = revisions.current();
    const second = revisions.current();
    const third = revisions.current();
    expect(open).toHaveLength(1);
    open[0]?.answer(1);
    expect(await first).toEqual({ revision: 1, exact: true });
    await expect.poll(() => open.length).toBe(2);
    open[1]?.answer(7);
    const seven = { revision: 7, exact: true };
    expect(await Promise.all([second, third])).toEqual([seven, seven]);
    expect(open).toHaveLength(2);
  });

  it('is the highest seen when the registry fails or is silent, said to be so, and never goes back', async () => {
    const { open, registry } = questions();
    const revisions = new Revisions(registry, logger, 20);
    revisions.seen(5);
    const failing = revisions.current();
    open[0]?.fail(new Error('away'));
    const highestSeen = { revision: 5, exact: false };
    expect(await failing).toEqual(highestSeen);
    expect(await revisions.current()).toEqual(highestSeen);
    open[1]?.answer(3);
    await expect.poll(async () => (await revisions.current()).revision).toBe(5);
  });
});
