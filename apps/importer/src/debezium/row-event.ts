import { createHash } from 'node:crypto';
import type { rowEvents } from '@sluice/contracts/row-change';
import type { OriginRecord } from '@sluice/contracts/unreadable-record';
import { ExactNumber } from '@sluice/exact-json/exact-number';
import type { JsonObject } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import type { ConvertedEvent } from '../conversion/conversion.js';
import { idOfRecord, sourceOfTopic, timeOfRecord } from '../conversion/record-identity.js';
import type { RowChange, RowOperation } from './row-change.js';
import { writeData } from './write-data.js';

/** docs/sources.md, "What is told of a row": a snapshot tells of each row that it is there. */
const TYPES: Readonly<Record<RowOperation, keyof typeof rowEvents>> = {
  snapshot: 'row.created',
  create: 'row.created',
  update: 'row.updated',
  delete: 'row.deleted',
  truncate: 'table.truncated',
};

/** What attributes can hold; longer or stranger keys go by their hash. */
const PLAIN_SUBJECT = /^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]{1,512}$/u;

/** A change for webhooks with a filter: `{table, key, before, after}`. */
export function rowEvent(change: RowChange, record: OriginRecord): ConvertedEvent {
  const { table, key, before, after, operation } = change;
  const extensions: Record<string, string> = operation === 'snapshot' ? { snapshot: 'true' } : {};
  const time = change.time ?? timeOfRecord(record);
  return {
    attributes: {
      id: idOfRecord(record),
      source: sourceOfTopic(record),
      type: TYPES[operation],
      subject: subjectOf(table, key),
      ...(time !== undefined && { time }),
      datacontenttype: 'application/json',
      extensions,
    },
    data: writeData({ table, key, before, after }),
  };
}

/** One for each row, so that the changes of a row are in order; of a table without keys one for all of it. */
function subjectOf(table: string, key: JsonObject | null): string {
  const subject = key === null ? table : `${table}/${keyText(key)}`;
  return PLAIN_SUBJECT.test(subject) ? subject : createHash('sha256').update(subject).digest('hex');
}

function keyText(key: JsonObject): string {
  const values = Object.values(key);
  const [only = null] = values;
  const isScalar = only !== null && (typeof only !== 'object' || only instanceof ExactNumber);
  return values.length === 1 && isScalar ? String(only) : writeJson(key);
}
