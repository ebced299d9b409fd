import { baseOfSource } from '@sluice/contracts/airtable-ids';
import type { Base, TransactionNumbers } from '@sluice/contracts/base-commands';
import { type Audience, recipientOf } from '@sluice/contracts/event-record';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import type { Caller } from '../authenticate/caller.js';
import type { FaultEntry } from '../refusals/fault.js';
import { AUDIENCE_HEADER } from './audience.js';
import type { KnownBases } from './known-bases.js';
import { mapYielding } from './map-yielding.js';
import { type EventRefusal, eventRefusal, type PublishedEvent, type Reading } from './published-event.js';

/** Questions to the registry at a time, and bases that one request may name: each may be a question. */
const QUESTIONS_AT_ONCE = 16;
const BASES_LIMIT = 1_000;

interface Change {
  baseId: string | null;
  numbers: TransactionNumbers;
}

/**
 * What a `table.changed` event must be beyond its schema (docs/table-changes.md): of a base of the account that it is for,
 * and with a transaction number exactly where the base's are given by its publisher.
 */
export class TableChanges {
  constructor(private readonly bases: KnownBases) {}

  /**
   * The same readings, those of changes that can't be taken refused. Their data has been checked against the schema.
   *
   * @throws {Fault} when the registry refuses the caller; ServiceUnavailable when it is away and a base not known.
   */
  async check(readings: readonly Reading[], audience: Audience, caller: Caller): Promise<readonly Reading[]> {
    if (!readings.some(isChange)) return readings;
    const accountId = recipientOf({ accountId: caller.principal.accountId, audience });
    const changes = await mapYielding(readings, (reading) => (isChange(reading) ? changeOf(reading.event) : null));
    const wanted = numbersByBase(changes);
    const found = accountId === null ? new Map() : await this.find(wanted, accountId, caller.credential);
    return readings.map((reading, index) => {
      const change = changes[index];
      if (!reading.ok || change === null || change === undefined) return reading;
      const refusal = accountId === null ? FOR_EVERYBODY : refusalOf(change, found);
      const { source, id } = reading.event.attributes;
      return refusal === null ? reading : { ok: false, source, id, refusal };
    });
  }

  /** The bases by id, null for those that the account does not have. */
  private async find(
    wanted: ReadonlyMap<string, ReadonlySet<TransactionNumbers>>,
    accountId: string,
    credential: string,
  ): Promise<Map<string, Base | null>> {
    const found = new Map<string, Base | null>();
    const open = [...wanted].slice(0, BASES_LIMIT).values();
    const work = async (): Promise<void> => {
      for (const [baseId, numbers] of open) {
        const isAsSaid = ({ transactionNumbers }: Base) => numbers.size === 1 && numbers.has(transactionNumbers);
        found.set(baseId, await this.bases.find({ accountId, baseId }, credential, isAsSaid));
      }
    };
    await Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, work));
    return found;
  }
}

const isChange = (reading: Reading): reading is Reading & { ok: true } =>
  reading.ok && reading.event.attributes.type === TABLE_CHANGED;

function changeOf({ attributes, data }: PublishedEvent): Change {
  const members: object = JSON.parse(Buffer.from(data).toString('utf8'));
  return {
    baseId: baseOfSource(attributes.source),
    numbers: Object.hasOwn(members, 'baseTransactionNumber') ? 'given' : 'assigned',
  };
}

function numbersByBase(changes: readonly (Change | null)[]): Map<string, Set<TransactionNumbers>> {
  const byBase = new Map<string, Set<TransactionNumbers>>();
  for (const change of changes) {
    if (change === null || change.baseId === null) continue;
    byBase.set(change.baseId, (byBase.get(change.baseId) ?? new Set()).add(change.numbers));
  }
  return byBase;
}

const refusal = (path: string, message: string, status: EventRefusal['status'] = 400): EventRefusal => {
  const entry: FaultEntry = { path, message };
  return eventRefusal([entry], status);
};

const FOR_EVERYBODY = refusal(
  AUDIENCE_HEADER,
  `must be own or account/ and an id for ${TABLE_CHANGED}: a base belongs to one account`,
);

function refusalOf({ baseId, numbers }: Change, found: ReadonlyMap<string, Base | null>): EventRefusal | null {
  if (baseId === null) {
    return refusal('source', `must be /bases/ and the id of a base for ${TABLE_CHANGED}, /bases/app… for example`);
  }
  const base = found.get(baseId);
  if (base === undefined) return refusal('source', `a request names at most ${BASES_LIMIT} bases: send this one later`);
  if (base === null) return refusal('source', `there is no base ${baseId} in the account that the event is for`, 422);
  if (numbers === base.transactionNumbers) return null;
  return refusal(
    'data.baseTransactionNumber',
    numbers === 'assigned'
      ? `is required and missing: the numbers of ${baseId} are given by its publisher`
      : `must not be there: the numbers of ${baseId} are assigned by Sluice`,
  );
}
