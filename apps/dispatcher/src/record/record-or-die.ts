import type { RecordingListener } from './recording.js';

const die = (error: unknown): void => {
  queueMicrotask(() => {
    throw error;
  });
};

/**
 * The same listener, for the recorder. What a callback throws is a fault of this program: the process ends by it, as by any
 * error that nobody handles. In the recorder's hands it would pass for a failed write, and what was to be freed in the rest
 * of the callback, permits above all, would be taken for ever.
 */
export const recordOrDie = (listener: RecordingListener, fail = die): RecordingListener => {
  const guarded =
    <Arguments extends unknown[]>(tell: (...told: Arguments) => void) =>
    (...told: Arguments): void => {
      try {
        tell(...told);
      } catch (error) {
        fail(error);
      }
    };
  return {
    recorded: guarded((deliveries) => listener.recorded(deliveries)),
    changesRecorded: guarded((left) => listener.changesRecorded(left)),
    givenUp: guarded(() => listener.givenUp()),
    lanesDue: guarded(() => listener.lanesDue()),
    unrecordable: guarded((event) => listener.unrecordable(event)),
    moved: guarded((partition, position) => listener.moved(partition, position)),
    lost: guarded((partition, epoch) => listener.lost(partition, epoch)),
  };
};
