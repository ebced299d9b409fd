import { saysJson } from '@sluice/cloud-events/json-data';
import type { Audience, SluiceEvent } from '@sluice/contracts/event-record';
import { eventHeaders, eventKey } from '@sluice/contracts/event-record';
import { isOperationalType } from '@sluice/contracts/operational-events';
import type { EventType } from '@sluice/contracts/registry-commands';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { type EventStream, type OutgoingRecord, RecordRefused } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Revisions } from '@sluice/service-kit/revisions';
import type { Caller } from '../authenticate/caller.js';
import type { Catalogue, Catalogues } from './catalogues.js';
import { mapYielding } from './map-yielding.js';
import { type EventRefusal, eventRefusal, type PublishedEvent, type Reading } from './published-event.js';
import type { SchemaValidators } from './schema/schema-validators.js';
import type { TableChanges } from './table-changes.js';

/** What became of one event of a request. Accepted means: the stream has acknowledged it. */
export type EventOutcome =
  | { accepted: true; source: string; id: string }
  | { accepted: false; source: string | null; id: string | null; refusal: EventRefusal };

/** What became of the events of a request, and what they were stamped with. */
export interface IntakeReport {
  /** One for each reading, in their order. */
  outcomes: EventOutcome[];
  acceptedAt: string;
  revision: number;
}

/** Takes events onto the stream: the catalogue and its schemas, the stamp, one publish for all that are fine. */
export class Intake {
  constructor(
    private readonly catalogues: Catalogues,
    private readonly validators: SchemaValidators,
    private readonly tableChanges: TableChanges,
    private readonly revisions: Revisions,
    private readonly stream: Pick<EventStream, 'publish'>,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws {Fault} when the registry refuses the caller; StreamUnavailable when nothing was acknowledged; ServiceUnavailable
   * when the registry is away and the types or bases are not known.
   */
  async take(readings: readonly Reading[], audience: Audience, caller: Caller): Promise<IntakeReport> {
    const types = new Set(readings.flatMap((reading) => (reading.ok ? [reading.event.attributes.type] : [])));
    const [known, catalogue] = await Promise.all([
      this.revisions.current(),
      types.size === 0 ? new Map<string, EventType>() : this.catalogues.having([...types], caller),
    ]);
    const acceptedAt = new Date(this.clock.nowMs()).toISOString();
    const fitting = await mapYielding(readings, (reading) => this.check(reading, catalogue));
    const checked = await this.tableChanges.check(fitting, audience, caller);
    const stamp = { accountId: caller.principal.accountId, audience, ...known, acceptedAt };
    const records = checked.map((reading) => (reading.ok ? recordOf({ ...reading.event, stamp }) : null));
    const refused = await this.publish(records);
    const outcomes = checked.map((reading, index) => outcomeOf(reading, refused.get(index)));
    return { outcomes, acceptedAt, revision: known.revision };
  }

  private check(reading: Reading, catalogue: Catalogue): Reading {
    if (!reading.ok) return reading;
    const { event } = reading;
    const refusal = this.typeRefusal(event, catalogue);
    return refusal === null
      ? reading
      : { ok: false, source: event.attributes.source, id: event.attributes.id, refusal };
  }

  private typeRefusal({ attributes, data }: PublishedEvent, catalogue: Catalogue): EventRefusal | null {
    const type = catalogue.get(attributes.type);
    if (type === undefined) {
      const knownTypes = [...catalogue.keys()].filter((name) => !isOperationalType(name)).sort();
      const message = `${attributes.type} is not in the account's catalogue`;
      return { ...eventRefusal([{ path: 'type', message }], 422), knownTypes };
    }
    if (type.schema === null) return null;
    if (data.length > 0 && !saysJson(attributes.datacontenttype)) {
      const message = `must be JSON: the data of ${type.name} has a schema`;
      return eventRefusal([{ path: 'datacontenttype', message }]);
    }
    const violations = this.validators.violations(type.schema, data);
    return violations.length === 0 ? null : eventRefusal(violations);
  }

  /** Publishes what is there; answers by index what the log refuses for good. */
  private async publish(records: readonly (OutgoingRecord | null)[]): Promise<Map<number, RecordRefused>> {
    const sound = records.filter((record) => record !== null);
    if (sound.length === 0) return new Map();
    try {
      await this.stream.publish(EVENTS_TOPIC, sound);
      return new Map();
    } catch (error) {
      if (!(error instanceof RecordRefused)) throw error;
      return sound.length === 1 ? new Map([[records.indexOf(sound[0] ?? null), error]]) : this.publishEach(records);
    }
  }

  /** One record of a batch is refused for good: each goes alone, so that the guilty one is known and no other suffers. */
  private async publishEach(records: readonly (OutgoingRecord | null)[]): Promise<Map<number, RecordRefused>> {
    const refused = new Map<number, RecordRefused>();
    for (const [index, record] of records.entries()) {
      if (record === null) continue;
      for (const error of (await this.publish([record])).values()) refused.set(index, error);
    }
    return refused;
  }
}

const recordOf = (event: SluiceEvent): OutgoingRecord => ({
  key: Buffer.from(eventKey(event), 'utf8'),
  headers: eventHeaders(event),
  value: event.data,
});

function outcomeOf(reading: Reading, refused: RecordRefused | undefined): EventOutcome {
  if (!reading.ok) return { accepted: false, source: reading.source, id: reading.id, refusal: reading.refusal };
  const { source, id } = reading.event.attributes;
  if (refused === undefined) return { accepted: true, source, id };
  return { accepted: false, source, id, refusal: eventRefusal([{ path: '', message: refused.message }], 413) };
}
