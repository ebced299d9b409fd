import { hang, ok, refusing } from '@sluice/testing/endpoint-modes';
import { Page } from '@sluice/testing/ledger';
import { follow, numberOf } from '@sluice/testing/stack/follow-events';
import { expect, it } from 'vitest';
import { reconcile } from './reconciliation.js';
import type { Watched } from './watched-endpoints.js';

const watched = (page: Page, more: Partial<Watched> = {}): Watched => ({
  page,
  webhookId: 'webhook',
  wants: () => true,
  refuses: () => false,
  fails: 'for a time',
  ordered: true,
  ...more,
});

function arrive(page: Page, numbers: readonly number[], deliveryId?: string): void {
  for (const number of numbers) {
    const { id, data } = follow(number);
    const headers = { 'ce-id': id, 'ce-subject': 'a', 'webhook-id': deliveryId ?? `msg_${number}` };
    page.record({ method: 'POST', path: page.path, headers, body: Buffer.from(JSON.stringify(data)), at: 0 });
  }
}

const clean = { lost: 0, duplicates: 0, unasked: 0, disordered: 0, unrecognisable: 0, exhausted: 0 };
const sent = new Set([1, 2, 3, 4]);

it('finds nothing where everything arrived once, in order', () => {
  const page = new Page('/', '', ok);
  arrive(page, [1, 2, 3, 4]);
  expect(reconcile(watched(page), sent)).toMatchObject({ ...clean, sent: 4, matched: 4, delivered: 4 });
});

it('finds what is missing, what was not meant for it, and what was made again', () => {
  const page = new Page('/', '', ok);
  arrive(page, [1, 1, 3, 5]);
  const line = reconcile(watched(page, { wants: (number) => number !== 3 }), sent);
  expect(line).toMatchObject({ ...clean, matched: 3, delivered: 1, lost: 2, duplicates: 1, unasked: 2 });
});

it('finds what a receiver could not have told from a new delivery', () => {
  const page = new Page('/', '', ok);
  arrive(page, [1, 2, 3, 4]);
  arrive(page, [2], 'msg_another');
  expect(reconcile(watched(page), sent)).toMatchObject({ ...clean, duplicates: 1, unrecognisable: 1 });
});

it('finds what came out of order, and what came before its predecessor was done', () => {
  const backwards = new Page('/', '', ok);
  arrive(backwards, [1, 3, 2, 4]);
  expect(reconcile(watched(backwards), sent)).toMatchObject({ ...clean, disordered: 1 });
  const early = new Page('/', '', hang);
  arrive(early, [1, 2]);
  early.mode = ok;
  arrive(early, [1, 2, 3, 4]);
  expect(reconcile(watched(early), sent)).toMatchObject({ ...clean, disordered: 1 });
});

it('counts as given up what was refused as often as it is tried', () => {
  const page = new Page(
    '/',
    '',
    refusing((id) => numberOf(id) > 2),
  );
  arrive(page, [1, 2, 3, 3, 4]);
  const line = reconcile(watched(page, { refuses: (number) => number > 2, ordered: false }), sent);
  expect(line).toMatchObject({ ...clean, disordered: null, delivered: 2, exhausted: 1, lost: 1 });
});
