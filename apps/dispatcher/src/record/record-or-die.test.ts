import { expect, test } from 'vitest';
import { anEvent } from '../testing/samples.js';
import { recordOrDie } from './record-or-die.js';
import type { RecordingListener } from './recording.js';

test('what a callback throws ends the process and does not reach the recorder', () => {
  const errors: unknown[] = [];
  const fault = new Error('a fault');
  const fails = (): never => {
    throw fault;
  };
  const told: unknown[] = [];
  const listener: RecordingListener = {
    recorded: fails,
    changesRecorded: fails,
    givenUp: fails,
    lanesDue: fails,
    unrecordable: fails,
    moved: (...place) => told.push(place),
    lost: fails,
  };
  const guarded = recordOrDie(listener, (error) => errors.push(error));
  guarded.recorded([]);
  guarded.moved(3, 7n);
  guarded.lost(0, 1n);
  guarded.changesRecorded({ payloads: 1, pings: 0, notes: 0 });
  guarded.givenUp();
  guarded.lanesDue();
  guarded.unrecordable(anEvent());
  expect(errors).toEqual([fault, fault, fault, fault, fault, fault]);
  expect(told).toEqual([[3, 7n]]);
});
