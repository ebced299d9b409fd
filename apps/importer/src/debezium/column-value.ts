import { asWritten, readNumber } from '@sluice/exact-json/exact-number';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { isJsonObject, memberOf } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { momentOf } from '../conversion/record-identity.js';
import { fieldSchema } from './schema-envelope.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const INTEGER = /^-?\d{1,30}$/;
/** More than the 147,455 digits of PostgreSQL's longest number take. The time to write a number grows faster than its length. */
const MOST_DECIMAL_BYTES = 64 * 1024;
const MOST_ZEROS = 100;
const DAY_MS = 86_400_000n;

/** How a type that Debezium or Kafka Connect names is told in JSON's own terms; undefined: as it was written. */
type Reading = (value: JsonValue, schema: JsonValue) => JsonValue | undefined;

/** By the name of the type (docs/sources.md, "Columns"). All others stay as they were written. */
const READINGS: Readonly<Record<string, Reading>> = {
  'org.apache.kafka.connect.data.Decimal': (value, schema) =>
    decimal(value, memberOf(memberOf(schema, 'parameters'), 'scale')),
  'io.debezium.data.VariableScaleDecimal': (value) => decimal(memberOf(value, 'value'), memberOf(value, 'scale')),
  'io.debezium.data.Json': (value) => json(value),
  'io.debezium.time.Date': (value) => day(value),
  'org.apache.kafka.connect.data.Date': (value) => day(value),
  'io.debezium.time.Timestamp': (value) => moment(value, 0),
  'org.apache.kafka.connect.data.Timestamp': (value) => moment(value, 0),
  'io.debezium.time.MicroTimestamp': (value) => moment(value, 3),
  'io.debezium.time.NanoTimestamp': (value) => moment(value, 6),
};

/** A value of a row, in JSON's own terms where its schema tells what it is. Without a schema it is as Debezium wrote it. */
function columnValue(value: JsonValue, schema: JsonValue): JsonValue {
  if (value === null || schema === null) return value;
  const name = memberOf(schema, 'name');
  const read = typeof name === 'string' && Object.hasOwn(READINGS, name) ? READINGS[name]?.(value, schema) : undefined;
  if (read !== undefined) return read;
  if (Array.isArray(value)) return value.map((element) => columnValue(element, memberOf(schema, 'items') ?? null));
  return isJsonObject(value) && Array.isArray(memberOf(schema, 'fields')) ? structValue(value, schema) : value;
}

/** As {@link columnValue}, for each field of a struct: a row, or a key. */
export const structValue = (struct: JsonObject, schema: JsonValue): JsonObject =>
  Object.fromEntries(
    Object.entries(struct).map(([name, value]) => [name, columnValue(value, fieldSchema(schema, name))]),
  );

/** Unscaled two's complement in base64, and the number of its decimals, as an exact number. */
function decimal(value: JsonValue | undefined, scale: JsonValue | undefined): JsonValue | undefined {
  const decimals = Number(scale ?? 0);
  if (typeof value !== 'string' || value === '' || !BASE64.test(value)) return undefined;
  if (!Number.isInteger(decimals) || Math.abs(decimals) > 10_000) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length > MOST_DECIMAL_BYTES) return undefined;
  const unscaled = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  const literal = `${unscaled < 0n ? '-' : ''}${decimalText((unscaled < 0n ? -unscaled : unscaled).toString(), decimals)}`;
  const number = readNumber(literal);
  return number === null ? undefined : asWritten(number, literal);
}

/** A few bytes of a record must not become thousands of zeros: many of them have an exponent. */
function decimalText(digits: string, decimals: number): string {
  const zeros = decimals > 0 ? decimals + 1 - digits.length : -decimals;
  if (zeros > MOST_ZEROS) return `${digits}e${-decimals}`;
  if (decimals <= 0) return digits === '0' ? digits : digits + '0'.repeat(-decimals);
  const padded = digits.padStart(decimals + 1, '0');
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

/** The document that a column of JSON holds; one that is not strict JSON stays text. */
function json(value: JsonValue): JsonValue | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parseJson(value, { literals: true, depth: 90 });
  } catch (fault) {
    if (fault instanceof JsonFault) return undefined;
    throw fault;
  }
}

function day(value: JsonValue): JsonValue | undefined {
  const days = integer(value);
  return days === undefined ? undefined : momentOf(Number(days * DAY_MS))?.slice(0, 10);
}

/** @param digits of a second beyond milliseconds that the number has. */
function moment(value: JsonValue, digits: number): JsonValue | undefined {
  const count = integer(value);
  if (count === undefined) return undefined;
  const unit = 10n ** BigInt(digits);
  const rest = ((count % unit) + unit) % unit;
  const text = momentOf(Number((count - rest) / unit));
  if (text === undefined || rest === 0n) return text;
  return `${text.slice(0, -1)}${rest.toString().padStart(digits, '0')}Z`;
}

function integer(value: JsonValue): bigint | undefined {
  const literal = String(value);
  return typeof value !== 'string' && INTEGER.test(literal) ? BigInt(literal) : undefined;
}
