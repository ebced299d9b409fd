import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { EventStream } from '@sluice/event-stream/event-stream';

/** A stretch of one partition, `until` excluded. Positions are text, as they stand in JSON. */
export interface Stretch {
  partition: number;
  from: string;
  until: string;
}

/** What was accepted in a time, and what shifts that time against the log's (in tests). */
export interface AcceptedBetween {
  /** ISO 8601; null is from the earliest on. */
  from: string | null;
  /** ISO 8601; null is up to the end as it is now. */
  to: string | null;
  shiftMs: number;
}

/** The log has a clock of its own, and takes an event some time after it was accepted. */
const MARGIN_MS = 600_000;

/**
 * Where in the stream the events are that were accepted in that time. There are others in these stretches: who reads them
 * looks at each event's own time. `complete` is false when the stream has dropped what was appended at its beginning.
 *
 * @throws StreamUnavailable
 */
export async function stretchesOf(
  stream: Pick<EventStream, 'ranges' | 'positionsAt'>,
  { from, to, shiftMs }: AcceptedBetween,
): Promise<{ stretches: Stretch[]; complete: boolean }> {
  const at = (milliseconds: number) => stream.positionsAt(EVENTS_TOPIC, new Date(Math.max(milliseconds, 0)));
  const ranges = await stream.ranges(EVENTS_TOPIC);
  const begins = from === null ? null : await at(Date.parse(from) - shiftMs - MARGIN_MS);
  const ends = to === null ? null : await at(Date.parse(to) + MARGIN_MS);
  let complete = true;
  const stretches = ranges.map(({ partition, first, end }) => {
    const begin = begins?.get(partition) ?? first;
    if (begins !== null && first > 0n && begin <= first) complete = false;
    const asked = ends?.get(partition);
    const until = asked === undefined || asked > end ? end : asked;
    return { partition, from: `${begin}`, until: `${until}` };
  });
  return { stretches: stretches.filter(({ from: begin, until }) => BigInt(begin) < BigInt(until)), complete };
}

/** How many records there are to read. */
export const lengthOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { from, until }) => sum + Number(BigInt(until) - BigInt(from)), 0);
