import type { ClientBase } from 'pg';
import { byteaArray, int4Array, int8Array, textArray } from '../database/binary-array.js';
import type { DeadLetterFact } from './fact.js';
import { plainText } from './refusal.js';

/** Once for each place on our topic, and once for each place that a record came from, however often it was published. */
const INSERT = `
  insert into dispatch.dead_letter (partition, position, reason, account_id, source_id, origin, origin_partition, origin_offset,
    origin_ms, cut_from, former_id, former_times, key, headers, data, at)
  select u.*, now() + $16::float8 * interval '1 millisecond'
  from unnest($1::int4[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int4[], $8::int8[], $9::int8[],
    $10::int8[], $11::text[], $12::int4[], $13::bytea[], $14::bytea[], $15::bytea[]) as u
  on conflict do nothing`;

/** Writes records that can't be read; one that is there already is left as it is. */
export async function insertDeadLetters(
  client: ClientBase,
  facts: readonly DeadLetterFact[],
  shiftMs: number,
): Promise<void> {
  if (facts.length === 0) return;
  const letters = facts.map(({ letter }) => letter);
  const origins = letters.map(({ origin }) => origin);
  const text = (texts: readonly (string | null | undefined)[]) =>
    textArray(texts.map((each) => (each == null ? null : plainText(each))));
  await client.query({
    name: 'dispatch-insert-dead-letters',
    text: INSERT,
    values: [
      int4Array(facts.map(({ under }) => under.partition)),
      int8Array(facts.map(({ position }) => position)),
      text(letters.map(({ reason }) => reason)),
      text(letters.map(({ accountId }) => accountId)),
      text(origins.map(({ sourceId }) => sourceId)),
      text(origins.map(({ topic }) => topic)),
      int4Array(origins.map(({ partition }) => partition)),
      int8Array(origins.map(({ offset }) => offset)),
      int8Array(origins.map(({ timestampMs }) => whole(timestampMs))),
      int8Array(letters.map(({ cutFrom }) => whole(cutFrom))),
      text(letters.map(({ former }) => former?.id)),
      int4Array(letters.map(({ former }) => former?.times ?? null)),
      byteaArray(letters.map(({ key }) => key)),
      byteaArray(letters.map(({ headers }) => headers)),
      byteaArray(letters.map(({ data }) => data)),
      shiftMs,
    ],
  });
}

const whole = (value: number | null): bigint | null => (value === null ? null : BigInt(Math.trunc(value)));
