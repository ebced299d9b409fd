import type { DebeziumOptions } from '@sluice/contracts/sources';
import type { OriginRecord } from '@sluice/contracts/unreadable-record';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject } from '@sluice/exact-json/json-value';
import { type Conversion, NOTHING, Unreadable } from '../conversion/conversion.js';
import { structValue } from './column-value.js';
import { readChange } from './read-change.js';
import { rowEvent } from './row-event.js';
import { readEnveloped } from './schema-envelope.js';
import { tableChangeEvent } from './table-change-event.js';

/**
 * A record of a Debezium connector: the change of a row, for webhooks with a filter, and for those of a base where the options
 * say which. A tombstone says nothing: the deletion came before it.
 *
 * @throws {Unreadable}
 */
export function readDebezium(record: OriginRecord, options: DebeziumOptions | null): Conversion {
  if (record.value === null) return NOTHING;
  const change = readChange(readEnveloped(record.value, 'value'), keyOf(record), record.topic);
  if (change === null) return NOTHING;
  const events = [rowEvent(change, record)];
  const tableChange = options && tableChangeEvent(change, record, options);
  if (tableChange !== null) events.push(tableChange);
  return { ok: true, events };
}

function keyOf({ key }: OriginRecord): JsonObject | null {
  if (key === null) return null;
  const { payload, schema } = readEnveloped(key, 'key');
  if (payload === null) return null;
  if (!isJsonObject(payload)) throw new Unreadable('the key is no row key: it must be a JSON object');
  return structValue(payload, schema);
}
