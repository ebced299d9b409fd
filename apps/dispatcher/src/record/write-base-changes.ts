import type { ClientBase } from 'pg';
import { int4Array, int8Array, textArray, Unencodable } from '../database/binary-array.js';
import { insertNotes } from '../notes/write-notes.js';
import { type BaseChange, baseKey, type LeftByChanges, NOTHING_LEFT } from './base-change.js';
import type { EventFact } from './fact.js';
import { insertPayloads } from './write-payloads.js';
import { openPings } from './write-pings.js';

type ChangeFact = EventFact & { change: BaseChange };

/**
 * Answers how far each base was recorded before. The statement sees a base as it was; nobody else writes it meanwhile, since
 * the transaction holds the base's partition.
 */
const ADVANCE_BASES = `
  with step as materialized (
    select * from unnest($1::text[], $2::text[], $3::int4[], $4::int4[], $5::int8[], $6::int8[])
      as u(base_id, account_id, partition, given, last_transaction, last_position)
  ),
  moved as (
    insert into dispatch.base as b (base_id, account_id, partition, given, last_transaction, last_position)
    select base_id, account_id, partition, given > 0, last_transaction, last_position from step
    order by base_id, account_id
    on conflict (base_id, account_id) do update
    set last_transaction = excluded.last_transaction, last_position = excluded.last_position
    where b.partition = excluded.partition and b.last_position < excluded.last_position
    returning b.base_id, b.account_id
  )
  select s.base_id, s.account_id, coalesce(b.last_position, -1) as before, m.base_id is not null as moved
  from step s
  left join dispatch.base b on b.base_id = s.base_id and b.account_id = s.account_id
  left join moved m on m.base_id = s.base_id and m.account_id = s.account_id`;

/**
 * Writes what changes of bases leave: the bases' steps, payloads, pings, and notes for the registry. What was recorded
 * before leaves nothing. Answers how much was written.
 */
export async function writeBaseChanges(
  client: ClientBase,
  events: readonly EventFact[],
  shiftMs: number,
): Promise<LeftByChanges> {
  const facts = events.filter((fact): fact is ChangeFact => fact.change !== undefined);
  if (facts.length === 0) return NOTHING_LEFT;
  const before = await advanceBases(client, facts);
  const fresh = facts.filter(({ event, change }) => event.position > before.get(baseKey(change.base))!);
  const entries = fresh.flatMap(({ event: { partition, position, stamp }, change }) =>
    change.lists.map((list) => ({ ...list, partition, position, acceptedAtMs: Date.parse(stamp.acceptedAt) })),
  );
  const written = await insertPayloads(client, entries);
  const pinged = entries.filter(({ webhookId, pings }) => pings && written.has(webhookId));
  await openPings(client, pinged, shiftMs);
  const notes = fresh.flatMap(({ change }) => change.notes);
  await insertNotes(client, notes, shiftMs);
  const payloads = [...written.values()].reduce((sum, count) => sum + count, 0);
  return { payloads, pings: pinged.length, notes: notes.length };
}

/** The last position of each base before this transaction, by {@link baseKey}. */
async function advanceBases(client: ClientBase, facts: readonly ChangeFact[]): Promise<Map<string, bigint>> {
  // Of each base the last step: facts stand in the order of their positions.
  const byBase = new Map(facts.map((fact) => [baseKey(fact.change.base), fact]));
  const steps = [...byBase.values()];
  const { rows } = await client.query<{ base_id: string; account_id: string; before: string; moved: boolean }>({
    name: 'dispatch-advance-bases',
    text: ADVANCE_BASES,
    values: [
      textArray(steps.map(({ change }) => change.base.baseId)),
      textArray(steps.map(({ change }) => change.base.accountId)),
      int4Array(steps.map(({ event }) => event.partition)),
      int4Array(steps.map(({ change }) => (change.base.given ? 1 : 0))),
      int8Array(steps.map(({ change }) => BigInt(change.transaction))),
      int8Array(steps.map(({ event }) => event.position)),
    ],
  });
  const before = new Map<string, bigint>();
  for (const row of rows) {
    const key = baseKey({ baseId: row.base_id, accountId: row.account_id });
    before.set(key, BigInt(row.before));
    if (!row.moved && byBase.get(key)!.event.position > BigInt(row.before)) {
      throw new Unencodable(`the changes of base ${row.base_id} are recorded from another partition`);
    }
  }
  return before;
}
