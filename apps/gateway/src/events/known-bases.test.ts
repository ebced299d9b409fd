import type { Base } from '@sluice/contracts/base-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { ShiftedClock } from '@sluice/service-kit/clock';
import { beforeEach, expect, it } from 'vitest';
import { KnownBases } from './known-bases.js';

type Found = Result<{ base: Base | null }>;

const base: Base = { id: 'app1', name: 'Base', transactionNumbers: 'assigned', createdAt: '2026-06-01T09:30:00.000Z' };
const name = { accountId: 'acc1', baseId: 'app1' };
const any = () => true;

let answers: ((found: Found) => void)[];
let bases: KnownBases;
beforeEach(() => {
  answers = [];
  bases = new KnownBases({ findBase: () => new Promise((resolve) => answers.push(resolve)) }, new ShiftedClock());
});

it('shares a question that is under way, unless its answer may be older than the base', async () => {
  const early = bases.find(name, 'key', any);
  const late = bases.find(name, 'key', any);
  expect(answers).toHaveLength(1);
  answers[0]?.(accepted({ base: null }));
  expect(await early).toBeNull();
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.(accepted({ base }));
  expect(await late).toEqual(base);
});

it('answers all who share a question with the base', async () => {
  const asked = [bases.find(name, 'key', any), bases.find(name, 'key', any)];
  answers[0]?.(accepted({ base }));
  expect(await Promise.all(asked)).toEqual([base, base]);
  expect(answers).toHaveLength(1);
});

it('does not refuse to one credential what another one is refused', async () => {
  const revoked = bases.find(name, 'revoked', any);
  const other = bases.find(name, 'key', any);
  answers[0]?.(refused('unauthenticated', 'the API key was revoked'));
  answers[1]?.(accepted({ base }));
  await expect(revoked).rejects.toMatchObject({ status: 401 });
  expect(await other).toEqual(base);
});

it('does not remember an answer that is older than the deletion', async () => {
  const before = bases.find(name, 'key', any);
  bases.forget(name);
  answers[0]?.(accepted({ base }));
  expect(await before).toEqual(base);
  const after = bases.find(name, 'key', any);
  answers[1]?.(accepted({ base: null }));
  expect(await after).toBeNull();
});
