import { type Appended, type EventStream, type OutgoingRecord, StreamUnavailable } from './event-stream.js';
import { recordBytes } from './record-bytes.js';

/** How long, and how much, a {@link GuardedPublisher} waits with. */
export interface GuardLimits {
  /** How long a call waits for a log that is away. */
  waitMs: number;
  /** How many bytes of records may wait at once, those included whose outcome is still open after the wait. */
  maxBytes: number;
  /** How often the log is probed while it counts as away; default 1 s. */
  probeEveryMs?: number;
}

/** A publisher for requests that can't wait: it keeps neither callers nor memory while the log is away. */
export interface GuardedPublisher {
  /**
   * As {@link EventStream.publish}, but a short outage is waited out: the records are sent again, so that they may be in
   * the log more than once. Throws {@link StreamUnavailable} after `waitMs`, and from then on at once, until a probe in
   * the background succeeds; also at once when `maxBytes` are waiting (docs/architecture.md, Operating).
   */
  publish(topic: string, records: readonly OutgoingRecord[]): Promise<Appended[]>;
  /** Null while calls are accepted, else why they are refused at once. */
  problem(): string | null;
  /** Stops probing. The stream stays open. */
  close(): void;
}

const RETRY_AFTER_SECONDS = 2;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** Guards the publishing of `stream`, which stays the caller's to close. */
export function guardedPublisher(
  stream: Pick<EventStream, 'publish' | 'probe'>,
  { waitMs, maxBytes, probeEveryMs = 1_000 }: GuardLimits,
): GuardedPublisher {
  let away: string | null = null;
  let waitingBytes = 0;
  let closed = false;
  let probing: NodeJS.Timeout | undefined;

  const back = (): void => {
    away = null;
    clearTimeout(probing);
    probing = undefined;
  };

  const probeLater = (): void => {
    probing = setTimeout(() => {
      // A probe that hangs is as good as one that fails.
      const hanging = setTimeout(failed, waitMs);
      hanging.unref();
      stream
        .probe()
        .then(back, failed)
        .finally(() => clearTimeout(hanging));
    }, probeEveryMs);
    probing.unref();
    const mine = probing;
    const failed = (): void => {
      if (probing === mine && !closed) probeLater();
    };
  };

  const leave = (reason: string): void => {
    away = reason;
    if (probing === undefined && !closed) probeLater();
  };

  /** Sends until it is stored, refused for good, or `over` says that nobody waits any more. */
  const sendAgain = async (topic: string, records: readonly OutgoingRecord[], over: () => boolean) => {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const places = await stream.publish(topic, records);
        back();
        return places;
      } catch (error) {
        if (!(error instanceof StreamUnavailable) || over()) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        if (over()) throw error;
      }
    }
  };

  return {
    publish(topic, records) {
      if (away !== null) return Promise.reject(new StreamUnavailable(away, RETRY_AFTER_SECONDS));
      const bytes = records.reduce((sum, record) => sum + recordBytes(record), 0);
      if (waitingBytes + bytes > maxBytes) {
        const reason = `${waitingBytes} bytes are waiting for the stream already`;
        return Promise.reject(new StreamUnavailable(reason, RETRY_AFTER_SECONDS));
      }
      waitingBytes += bytes;
      return new Promise((resolve, reject) => {
        let over = false;
        const timer = setTimeout(() => {
          over = true;
          const reason = `the stream has not answered within ${waitMs} ms`;
          leave(reason);
          reject(new StreamUnavailable(reason, RETRY_AFTER_SECONDS));
        }, waitMs);
        sendAgain(topic, records, () => over)
          .finally(() => {
            clearTimeout(timer);
            waitingBytes -= bytes;
          })
          .then(resolve, reject);
      });
    },
    problem: () => away,
    close() {
      closed = true;
      clearTimeout(probing);
    },
  };
}
