import { expect, it } from 'vitest';
import type { Hour } from '../api/answers.js';
import { healthOf } from './health.js';

const hour = (at: number, succeeded: number, failed: number): Hour => ({
  hour: new Date(Date.UTC(2026, 2, 1, at)).toISOString(),
  attempts: succeeded + failed,
  succeeded,
  failed,
  success_rate: succeeded / (succeeded + failed),
  latency_ms: null,
});

it('says how a webhook fares by its latest attempts, however many there were before', () => {
  expect(healthOf([hour(9, 0, 500), hour(10, 20, 0)])).toBe('healthy');
  expect(healthOf([hour(10, 0, 20), hour(9, 500, 0)])).toBe('failing');
  expect(healthOf([hour(9, 15, 5)])).toBe('some fail');
});

it('looks further back where the latest hour had few attempts, and says nothing where there were none', () => {
  expect(healthOf([hour(9, 99, 0), hour(10, 0, 1)])).toBe('healthy');
  expect(healthOf([hour(10, 0, 1)])).toBe('failing');
  expect(healthOf([])).toBeNull();
});
