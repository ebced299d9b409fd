import { randomBytes } from 'node:crypto';
import { FeedChange } from '@sluice/contracts/webhook-feed';
import { Matcher } from '@sluice/dispatcher/match/matcher';
import type { IdentifiedEvent } from '@sluice/dispatcher/model/delivery';
import { TimeSlices } from '@sluice/dispatcher/waiting/time-slices';
import { WebhookIndex } from '@sluice/dispatcher/webhooks/webhook-index';
import { newSecret } from '@sluice/signatures/secret';
import { benchEvent, EVENT_TYPE, SOURCE } from '../bench-event.js';
import { median } from '../percentile.js';

/**
 * Fills one index step by step, as the registry's feed fills it, and at each step matches events that are spread over all
 * webhooks. Run with --expose-gc and the heap that it needs; arguments are the numbers of webhooks, rising.
 */
export interface MatchingStep {
  webhooks: number;
  /** CPU time for one event that matches one webhook, its data parsed: the median of five rounds. */
  usPerEvent: number;
  bytesPerWebhook: number;
  /** CPU time to apply one change of the feed. */
  usPerChange: number;
}

const ACCOUNT = 'account-of-the-bench';
const PAGE = 2_000;
const EVENTS = 10_000;
const ROUNDS = 5;

const idOf = (number: number): string => `BENCH${String(number).padStart(21, '0')}`;

function change(number: number): FeedChange {
  const id = idOf(number);
  const revision = number + 1;
  return {
    revision,
    webhookId: id,
    webhook: FeedChange.shape.webhook.parse({
      id,
      accountId: ACCOUNT,
      dialect: 'airstack',
      eventType: EVENT_TYPE,
      endpoint: `http://127.0.0.1:9/hooks/${number}`,
      filter: JSON.stringify({ followerProfileId: { $eq: String(number) } }),
      state: 'enabled',
      headers: [{ name: 'x-airstack-webhook', value: randomBytes(32).toString('base64url') }],
      secrets: [{ secret: newSecret() }],
      createdAt: new Date().toISOString(),
      createdRevision: revision,
    }),
  };
}

function event(number: number, webhook: number): IdentifiedEvent {
  const { id, data } = benchEvent(`event-${number}`, String(webhook), 'anybody');
  return {
    identity: Buffer.alloc(0),
    partition: 0,
    position: BigInt(number),
    attributes: { id, source: SOURCE, type: EVENT_TYPE, extensions: {} },
    stamp: {
      accountId: ACCOUNT,
      audience: { to: 'own' },
      revision: Number.MAX_SAFE_INTEGER,
      exact: true,
      acceptedAt: new Date().toISOString(),
    },
    data: Buffer.from(JSON.stringify(data)),
  };
}

/** Of everything that the collector leaves, buffers included. */
function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const index = new WebhookIndex({ error: (...facts: unknown[]) => console.error(...facts) });
const matcher = new Matcher(index, new TimeSlices());
const emptyBytes = heldBytes();

/** CPU time of this process so far: nobody is waited for here, and what others do meanwhile does not count. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Answers the CPU time that applying took, without what it took to make the changes. */
function fill(to: number): number {
  let us = 0;
  while (index.size < to) {
    const first = index.size;
    const length = Math.min(PAGE, to - first);
    const made = Array.from({ length }, (_, number) => change(first + number));
    // As it comes over HTTP: no two webhooks share a string.
    const page = JSON.parse(JSON.stringify(made)) as FeedChange[];
    const before = cpuUs();
    for (const each of page) index.apply(each);
    us += cpuUs() - before;
  }
  return us;
}

async function roundUs(events: readonly IdentifiedEvent[]): Promise<number> {
  let matches = 0;
  const before = cpuUs();
  for (const each of events) matches += (await matcher.match(each)).length;
  const us = cpuUs() - before;
  if (matches !== events.length) throw new Error(`${events.length} events matched ${matches} webhooks`);
  return us / events.length;
}

async function step(webhooks: number): Promise<MatchingStep> {
  const before = index.size;
  const applyUs = fill(webhooks);
  const bytesPerWebhook = (heldBytes() - emptyBytes) / webhooks;
  // Neighbours in the table are no neighbours in time: a prime step leads over all webhooks.
  const events = Array.from({ length: EVENTS }, (_, number) => event(number, (number * 7_919) % webhooks));
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await roundUs(events));
  return {
    webhooks,
    usPerEvent: median(rounds),
    bytesPerWebhook,
    usPerChange: applyUs / (webhooks - before),
  };
}

process.on('disconnect', () => process.exit(0));
const steps: MatchingStep[] = [];
for (const webhooks of process.argv.slice(2).map(Number)) steps.push(await step(webhooks));
process.send?.(steps);
process.disconnect?.();
