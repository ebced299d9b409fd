import { expect, it } from 'vitest';
import { progressText } from './progress-line.js';

const job = (total: number | null, done: number, reason: string | null = null) =>
  progressText({ reason, progress: { total, done, inserted: 2, not_possible: 0 } });

it('shows the part that is done', () => {
  expect(job(8, 2)).toBe('[######..................] 2 of 8 (25 %), 2 deliveries');
  expect(job(0, 0)).toContain('(100 %)');
});

it('has no bar while the total is not known, and says what the job waits for', () => {
  expect(job(null, 5, 'the webhook is paused')).toBe('5 looked at, 2 deliveries; the webhook is paused');
});
