import { eventHeaders } from '@sluice/contracts/event-record';
import type { StreamRecord } from '@sluice/event-stream/event-stream';
import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { expect, test } from 'vitest';
import type { IdentifiedEvent } from '../model/delivery.js';
import type { Recording } from '../record/recording.js';
import { anEvent } from '../testing/samples.js';
import { Conditions } from '../waiting/conditions.js';
import { WebhookIndex } from '../webhooks/webhook-index.js';
import { Intake } from './intake.js';

const RECORDING: Recording = {
  take: async (partition) => ({ partition, epoch: 7n, position: null, known: new Set() }),
  giveUp: async () => {},
  begin: () => {},
  duplicates: async () => new Set(),
  bases: async () => [],
  closedLists: async () => new Set(),
  deadLetters: async () => new Set(),
  event: () => {},
  skip: () => {},
  deadLetter: () => {},
  settle: () => {},
  park: () => {},
  unwritten: new Set(),
  unrecordedBytes: 0,
  flushed: async () => {},
  problem: () => null,
  stop: async () => {},
};

function takingIn() {
  const clock = new ShiftedClock();
  const conditions = new Conditions();
  const index = new WebhookIndex({ error: () => {} });
  const follower = { complete: Number.NEGATIVE_INFINITY, demanded: 0 };
  const matched: IdentifiedEvent[] = [];
  const intake = new Intake(
    {
      recording: RECORDING,
      index,
      conditions,
      clock,
      logger: createLogger({ service: 'dispatcher', level: 'silent' }),
      follower: {
        fresh: () => true,
        completeSince: (atMs) => follower.complete >= atMs,
        demand: () => {
          follower.demanded += 1;
        },
      },
    },
    {
      hasRoom: true,
      prepare: async () => {},
      match: async (_, event) => {
        matched.push(event);
        return { ok: true, match: { webhooks: [], change: null } };
      },
      matched: () => {},
      park: () => {},
    },
  );
  return { intake, clock, conditions, index, follower, matched };
}

const recordOf = (event: IdentifiedEvent): StreamRecord => ({
  partition: 0,
  position: event.position,
  key: null,
  headers: eventHeaders(event),
  value: event.data,
  appendedAt: new Date(),
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('an event that was accepted while the registry was away waits for what the registry has now', async () => {
  const { intake, clock, conditions, index, follower, matched } = takingIn();
  index.reached(100);
  follower.complete = clock.monotonicMs();
  const { epoch } = await intake.claim(0);
  const taken = intake.records(0, epoch, [recordOf(anEvent({ revision: 90, exact: false }))]);
  conditions.changed();
  await settled();
  expect(matched).toEqual([]);
  expect(follower.demanded).toBe(1);
  follower.complete = clock.monotonicMs();
  conditions.changed();
  await taken;
  expect(matched).toHaveLength(1);
});

test('an event with an exact stamp waits for its revision only', async () => {
  const { intake, index, follower, matched } = takingIn();
  index.reached(100);
  const { epoch } = await intake.claim(0);
  await intake.records(0, epoch, [recordOf(anEvent({ revision: 100 }))]);
  expect(matched).toHaveLength(1);
  expect(follower.demanded).toBe(0);
});

test('records of an epoch that is somebody else’s are refused, those under way as well', async () => {
  const { intake, epoch } = await claimed();
  const underWay = intake.records(0, epoch, [recordOf(anEvent({ revision: 1 }))]);
  intake.lost(0, epoch);
  await expect(underWay).rejects.toThrow('no longer held');
  await expect(intake.records(0, epoch, [])).rejects.toThrow('no longer held');
});

test('records under way are no failure when the partition is given back in good order', async () => {
  const { intake, epoch } = await claimed();
  const underWay = intake.records(0, epoch, [recordOf(anEvent({ revision: 1 }))]);
  await intake.release(0, epoch);
  await underWay;
});

async function claimed() {
  const { intake } = takingIn();
  return { intake, epoch: (await intake.claim(0)).epoch };
}
