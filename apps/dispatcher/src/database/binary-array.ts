/**
 * PostgreSQL's binary form of one-dimensional arrays, for `unnest($1::bytea[], …)`: a Buffer parameter travels as it is,
 * so bytes need no hexadecimal text, which would double them twice over. Every function throws {@link Unencodable} for a
 * value that the type can't hold.
 */

const OID = { bytea: 17, int8: 20, int4: 23, text: 25, float8: 701, date: 1082, timestamptz: 1184 } as const;

/** A value that PostgreSQL's type can't hold, found before anything was sent. */
export class Unencodable extends Error {
  override readonly name = 'Unencodable';
}

const HEADER_BYTES = 20;
const NULL_LENGTH = -1;
const DAYS_1970_TO_2000 = 10_957;
const MS_PER_DAY = 86_400_000;

function header(buffer: Buffer, oid: number, count: number, hasNull: boolean): void {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
}

function fixedArray<T>(
  oid: number,
  size: number,
  values: readonly (T | null)[],
  write: (buffer: Buffer, value: T, offset: number) => void,
): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * (4 + size));
  let offset = HEADER_BYTES;
  let hasNull = false;
  for (const value of values) {
    if (value === null) {
      hasNull = true;
      offset = buffer.writeInt32BE(NULL_LENGTH, offset);
    } else {
      offset = buffer.writeInt32BE(size, offset);
      write(buffer, value, offset);
      offset += size;
    }
  }
  header(buffer, oid, values.length, hasNull);
  return buffer.subarray(0, offset);
}

function bytesArray(oid: number, values: readonly (Uint8Array | null)[]): Buffer {
  const total = values.reduce((sum, value) => sum + 4 + (value?.byteLength ?? 0), HEADER_BYTES);
  const buffer = Buffer.allocUnsafe(total);
  let offset = HEADER_BYTES;
  for (const value of values) {
    offset = buffer.writeInt32BE(value?.byteLength ?? NULL_LENGTH, offset);
    if (value !== null) {
      buffer.set(value, offset);
      offset += value.byteLength;
    }
  }
  header(buffer, oid, values.length, values.includes(null));
  return buffer;
}

function must(holds: boolean, value: unknown, type: string): void {
  if (!holds) throw new Unencodable(`${String(value).slice(0, 100)} is no ${type}`);
}

const milliseconds = (value: number): number => {
  must(Number.isFinite(value) && Math.abs(value) <= 8.64e15, value, 'moment or number of milliseconds');
  return value;
};

export const byteaArray = (values: readonly (Uint8Array | null)[]): Buffer => {
  for (const value of values) must(value === null || value instanceof Uint8Array, value, 'array of bytes');
  return bytesArray(OID.bytea, values);
};

export const textArray = (values: readonly (string | null)[]): Buffer =>
  bytesArray(
    OID.text,
    values.map((value) => {
      must(value === null || typeof value === 'string', value, 'text');
      return value === null ? null : Buffer.from(value, 'utf8');
    }),
  );

export const int4Array = (values: readonly (number | null)[]): Buffer =>
  fixedArray(OID.int4, 4, values, (buffer, value, offset) => {
    must((value | 0) === value, value, '32-bit integer');
    buffer.writeInt32BE(value, offset);
  });

export const int8Array = (values: readonly (bigint | null)[]): Buffer =>
  fixedArray(OID.int8, 8, values, (buffer, value, offset) => {
    must(BigInt.asIntN(64, value) === value, value, '64-bit integer');
    buffer.writeBigInt64BE(value, offset);
  });

/** Of milliseconds. */
export const float8Array = (values: readonly (number | null)[]): Buffer =>
  fixedArray(OID.float8, 8, values, (buffer, value, offset) => buffer.writeDoubleBE(milliseconds(value), offset));

/** From milliseconds since 1970; the millisecond is kept, fractions of it are cut off. */
export const timestampArray = (values: readonly number[]): Buffer =>
  fixedArray(OID.timestamptz, 8, values, (buffer, value, offset) => {
    const sinceTheYear2000 = Math.trunc(milliseconds(value)) - DAYS_1970_TO_2000 * MS_PER_DAY;
    buffer.writeBigInt64BE(BigInt(sinceTheYear2000) * 1_000n, offset);
  });

/** The UTC day in which each moment (milliseconds since 1970) falls. */
export const dayArray = (values: readonly (number | null)[]): Buffer =>
  fixedArray(OID.date, 4, values, (buffer, value, offset) =>
    buffer.writeInt32BE(Math.floor(milliseconds(value) / MS_PER_DAY) - DAYS_1970_TO_2000, offset),
  );
