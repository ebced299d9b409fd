/**
 * Records of a source's topic that could not be read, on their way to becoming dead letters (`sluice.events`), and dead
 * letters on their way back (`sluice.retries`). Key and value are the original's bytes; everything else is in headers.
 */

/** Present, and never empty, on an unreadable record only: why it can't be read. */
const REASON = 'sluice-unreadable';
const ACCOUNT = 'sluice_account';
const SOURCE = 'sluice-source-id';
const TOPIC = 'sluice-origin-topic';
const PARTITION = 'sluice-origin-partition';
const OFFSET = 'sluice-origin-offset';
const TIMESTAMP = 'sluice-origin-timestamp';
/** The original's headers: JSON, a list of pairs of name and value, the value as base64 or null. */
const HEADERS = 'sluice-origin-headers';
/** The length of the original's value, where not all of the record could be kept. */
const CUT = 'sluice-cut';
/** `<id of the dead letter>/<how many times it was put back>`. */
const PUT_BACK = 'sluice-put-back';

/**
 * So many bytes of an original's key, headers and value are kept in all. Our topics take records of 4 MiB; the rest of it is
 * for the headers named here.
 */
export const KEPT_BYTES = 4 * 1024 * 1024 - 64 * 1024;

/** A longer reason is cut. */
const REASON_CHARACTERS = 2_000;

/** A Kafka header: names may repeat, values are any bytes, or none. */
export type OriginHeader = readonly [name: string, value: Uint8Array | null];

/** Where a record stood: in a topic that is a source. */
export interface Origin {
  sourceId: string;
  topic: string;
  partition: number;
  offset: bigint;
  /** Milliseconds since 1970, as the record says. */
  timestampMs: number;
}

/** A record of a source's topic. */
export interface OriginRecord extends Origin {
  key: Uint8Array | null;
  headers: readonly OriginHeader[];
  value: Uint8Array | null;
}

/** The dead letter that a record was before, and which time it was put back: once, twice … */
export interface FormerDeadLetter {
  id: string;
  times: number;
}

/** What is published. */
interface Outgoing {
  key: Uint8Array | null;
  headers: Record<string, string>;
  value: Uint8Array | null;
}

/** What is said of an unreadable record beside its bytes. */
export interface Unreadable {
  /** Names the field and the cause. */
  reason: string;
  /** The account of its source. */
  accountId: string;
  origin: Origin;
  headers: readonly OriginHeader[];
  /** The length of the original's value when the record was cut, else null. */
  cutFrom: number | null;
  former: FormerDeadLetter | null;
}

type Headers = Readonly<Record<string, string>>;
type Read<T> = ({ ok: true } & T) | { ok: false; reason: string };

/**
 * A record of a source that can't be read, for `sluice.events`: the dispatcher makes a dead letter of it. What is beyond
 * {@link KEPT_BYTES} is cut: of the value first, then the headers, then of the key.
 */
export function unreadableRecord(
  origin: OriginRecord,
  { reason, accountId, former }: { reason: string; accountId: string; former: FormerDeadLetter | null },
): Outgoing {
  const key = origin.key?.subarray(0, KEPT_BYTES) ?? null;
  const allHeaders = headersText(origin.headers);
  const left = KEPT_BYTES - lengthOf(key);
  const headersFit = Buffer.byteLength(allHeaders) <= left;
  const headers = headersFit ? allHeaders : headersText([]);
  const value = origin.value?.subarray(0, Math.max(left - Buffer.byteLength(headers), 0)) ?? null;
  const isCut = !headersFit || lengthOf(key) < lengthOf(origin.key) || lengthOf(value) < lengthOf(origin.value);
  return {
    key,
    headers: {
      [REASON]: reason.slice(0, REASON_CHARACTERS) || 'it is unreadable',
      ...originHeaders(origin, accountId, headers, former),
      ...(isCut ? { [CUT]: `${lengthOf(origin.value)}` } : {}),
    },
    value,
  };
}

/** Null when the headers are not those of an unreadable record; else what they say, or what is wrong with them. */
export function readUnreadable(headers: Headers): Read<Unreadable> | null {
  const reason = headers[REASON];
  if (!reason) return null;
  const read = readOrigin(headers);
  if (!read.ok) return read;
  const cut = headers[CUT];
  if (cut !== undefined && !COUNT.test(cut)) return { ok: false, reason: `${CUT} is no length` };
  return { ...read, reason, cutFrom: cut === undefined ? null : Number(cut) };
}

/** A dead letter of a source that is put back, for `sluice.retries`: the importer converts it as its source is now. */
export function retryRecord(
  origin: OriginRecord,
  { accountId, former }: { accountId: string; former: FormerDeadLetter },
): Outgoing {
  const headers = originHeaders(origin, accountId, headersText(origin.headers), former);
  return { key: origin.key, headers, value: origin.value };
}

/** The inverse of {@link retryRecord}: the record as it stood in its source's topic. */
export function readRetry(
  record: Readonly<Outgoing>,
): Read<{ record: OriginRecord; accountId: string; former: FormerDeadLetter }> {
  const read = readOrigin(record.headers);
  if (!read.ok) return read;
  const { origin, headers, accountId, former } = read;
  if (former === null) return { ok: false, reason: `${PUT_BACK} is missing` };
  return { ok: true, record: { ...origin, key: record.key, headers, value: record.value }, accountId, former };
}

/** The header of a dead letter that is published again on `sluice.events`, whence it came. */
export const putBackHeader = (former: FormerDeadLetter): Record<string, string> => ({
  [PUT_BACK]: `${former.id}/${former.times}`,
});

/** Which dead letter the record of these headers was before; null when it was none. */
export function readPutBack(headers: Headers): FormerDeadLetter | null {
  const [, id, times] = /^([^/]{1,100})\/(\d{1,9})$/.exec(headers[PUT_BACK] ?? '') ?? [];
  return id === undefined ? null : { id, times: Number(times) };
}

/** Ids of ours are shorter, and have nothing else in them; what is longer than this no index would take. */
const ID = /^[\w-]{1,100}$/;
/** Kafka has no longer names of topics. */
const TOPIC_CHARACTERS = 249;
const COUNT = /^\d{1,15}$/;
const LAST_PARTITION = 2 ** 31 - 1;
const PLACE = /^\d{1,19}$/;
const LAST_OFFSET = 2n ** 63n - 1n;
/** Any 64 bits, as Kafka has them: microseconds too, by mistake. A record may have no time: Kafka says -1. */
const MILLISECONDS = /^-?\d{1,19}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether the text may be the id of an account or a source. */
export const isOwnId = (text: string): boolean => ID.test(text);

const lengthOf = (bytes: Uint8Array | null): number => bytes?.byteLength ?? 0;

const headersText = (headers: readonly OriginHeader[]): string =>
  JSON.stringify(headers.map(([name, value]) => [name, value && base64(value)]));

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

const originHeaders = (
  origin: Origin,
  accountId: string,
  headers: string,
  former: FormerDeadLetter | null,
): Record<string, string> => ({
  [ACCOUNT]: accountId,
  [SOURCE]: origin.sourceId,
  [TOPIC]: origin.topic,
  [PARTITION]: `${origin.partition}`,
  [OFFSET]: `${origin.offset}`,
  [TIMESTAMP]: `${origin.timestampMs}`,
  [HEADERS]: headers,
  ...(former === null ? {} : putBackHeader(former)),
});

function readOrigin(headers: Headers): Read<Pick<Unreadable, 'accountId' | 'origin' | 'headers' | 'former'>> {
  const faults: string[] = [];
  const textOf = (name: string): string => {
    const text = headers[name];
    if (!text) faults.push(`${name} is missing or empty`);
    return text || '0';
  };
  const [accountId, sourceId, topic] = [textOf(ACCOUNT), textOf(SOURCE), textOf(TOPIC)];
  const [partition, offset, timestamp] = [textOf(PARTITION), textOf(OFFSET), textOf(TIMESTAMP)];
  if (!isOwnId(accountId)) faults.push(`${ACCOUNT} is no id of ours`);
  if (!isOwnId(sourceId)) faults.push(`${SOURCE} is no id of ours`);
  if (topic.length > TOPIC_CHARACTERS) faults.push(`${TOPIC} is no topic`);
  if (!COUNT.test(partition) || Number(partition) > LAST_PARTITION) faults.push(`${PARTITION} is no partition`);
  if (!PLACE.test(offset) || BigInt(offset) > LAST_OFFSET) faults.push(`${OFFSET} is no offset`);
  if (!MILLISECONDS.test(timestamp)) faults.push(`${TIMESTAMP} is no time in milliseconds`);
  const original = readOriginHeaders(headers[HEADERS] ?? '[]');
  if (original === null) faults.push(`${HEADERS} is no list of headers`);
  const former = readPutBack(headers);
  if (former === null && headers[PUT_BACK] !== undefined) faults.push(`${PUT_BACK} names no dead letter`);
  if (faults.length > 0 || original === null) return { ok: false, reason: faults.join('; ') };
  return {
    ok: true,
    accountId,
    origin: {
      sourceId,
      topic,
      partition: Number(partition),
      offset: BigInt(offset),
      timestampMs: Number(timestamp),
    },
    headers: original,
    former,
  };
}

function readOriginHeaders(text: string): OriginHeader[] | null {
  let pairs: unknown;
  try {
    pairs = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(pairs)) return null;
  const headers: OriginHeader[] = [];
  for (const pair of pairs as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return null;
    const [name, value] = pair as unknown[];
    if (typeof name !== 'string') return null;
    if (value === null) headers.push([name, null]);
    else if (typeof value === 'string' && BASE64.test(value)) headers.push([name, Buffer.from(value, 'base64')]);
    else return null;
  }
  return headers;
}
