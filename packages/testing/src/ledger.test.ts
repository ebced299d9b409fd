import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { flood, hang, refusing, slow } from './endpoint-modes.js';
import { Ledger, type Page } from './ledger.js';

const secretOf = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString('base64')}`;
const SECRET = secretOf(1);

let ledger: Ledger;

beforeEach(async () => {
  ledger = await Ledger.start('/test');
});

afterEach(() => ledger.close());

interface Sent {
  deliveryId?: string;
  subject?: string;
  source?: string;
  secret?: string;
}

/** Answers the status once all of the answer is there. */
async function deliver(page: Page, eventId: string, sent: Sent = {}): Promise<number> {
  const { deliveryId = `msg_${eventId}`, subject = 'a', source = '/test', secret = SECRET } = sent;
  const body = JSON.stringify({ eventId });
  const at = new Date();
  const response = await fetch(page.url, {
    method: 'POST',
    headers: {
      'ce-id': eventId,
      'ce-source': source,
      'ce-subject': subject,
      'webhook-id': deliveryId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(deliveryId, at, body),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

it('books each arrival by event, with what was answered', async () => {
  const page = ledger.open(
    '/picky',
    refusing((eventId) => eventId === 'refused'),
  );
  page.verifyWith(SECRET);
  expect(await deliver(page, 'refused')).toBe(500);
  expect(await deliver(page, 'refused')).toBe(500);
  expect(await deliver(page, 'taken')).toBe(200);
  expect(await deliver(page, 'taken')).toBe(200);
  expect(page.arrivals).toBe(4);
  expect(page.entries.get('refused')).toMatchObject({ deliveryId: 'msg_refused', arrivals: 2, successes: 0 });
  expect(page.entries.get('taken')).toMatchObject({ arrivals: 2, successes: 2 });
  expect(page).toMatchObject({ badSignatures: 0, unrecognisable: 0 });
});

it('tells a bad signature, also of what came before the secret was known, and a second id for one event', async () => {
  const page = ledger.open('/signed');
  await deliver(page, 'early', { secret: secretOf(2) });
  page.verifyWith(SECRET);
  await deliver(page, 'good');
  await deliver(page, 'late', { secret: secretOf(2) });
  await deliver(page, 'good', { deliveryId: 'msg_another' });
  expect(page).toMatchObject({ badSignatures: 2, unrecognisable: 1 });
  expect(page.complaints).toEqual([expect.stringMatching(/^early: /), expect.stringMatching(/^late: /)]);
});

it('tells who came although an earlier one of his subject was still open', async () => {
  const page = ledger.open(
    '/ordered',
    refusing((eventId) => eventId === 'open'),
  );
  await deliver(page, 'done', { subject: 'a' });
  await deliver(page, 'next', { subject: 'a' });
  await deliver(page, 'open', { subject: 'b' });
  await deliver(page, 'elsewhere', { subject: 'a' });
  await deliver(page, 'too early', { subject: 'b' });
  expect(page.overtaken).toEqual(['too early']);
});

it('leaves others of another source out of the books', async () => {
  const page = ledger.open('/mine');
  expect(await deliver(page, 'foreign', { source: '/demonstration' })).toBe(200);
  expect(page.arrivals).toBe(0);
});

it('keeps waiting who comes to an endpoint that hangs, until it heals', async () => {
  const page = ledger.open('/hang', hang);
  const cut = expect(deliver(page, 'one')).rejects.toThrow();
  await expect.poll(() => page.arrivals).toBe(1);
  ledger.heal([page]);
  await cut;
  expect(await deliver(page, 'one')).toBe(200);
  expect(page.entries.get('one')).toMatchObject({ arrivals: 2, successes: 1 });
});

it('answers late, and without end', async () => {
  expect(await deliver(ledger.open('/slow', slow(10)), 'one')).toBe(200);
  const page = ledger.open('/flood', flood);
  const response = await fetch(page.url, { method: 'POST', headers: { 'ce-id': 'one', 'ce-source': '/test' } });
  let read = 0;
  for await (const part of response.body ?? []) {
    read += part.length;
    if (read > 1024 * 1024) break;
  }
  expect(read).toBeGreaterThan(1024 * 1024);
});
