import { TableChange } from '@sluice/contracts/table-change';
import { ExactNumber, readNumber } from '@sluice/exact-json/exact-number';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import type { z } from 'zod';

/** Reasons are shown and stored; an unknown name in them may be as long as the event. */
const LONGEST_NAME = 60;

/**
 * Reads the data of a `table.changed` event. Cells keep every number as it was written (`1.10`, `1e400`), and members
 * named `__proto__` within them. The reason of a refusal names the path and the cause.
 */
export function readTableChange(data: Uint8Array): { ok: true; change: TableChange } | { ok: false; reason: string } {
  let json: JsonValue;
  try {
    json = parseJson(data, { literals: true });
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { ok: false, reason: `not JSON: ${error.message}, at byte ${error.offset}` };
  }
  const read = TableChange.safeParse(withCountedTransaction(json));
  if (read.success) return { ok: true, change: read.data };
  return { ok: false, reason: reasonOf(read.error.issues[0]!) };
}

/** The one number outside the cells counts by its value: `412.0` is 412. */
function withCountedTransaction(json: JsonValue): JsonValue {
  if (!isJsonObject(json) || !(json.baseTransactionNumber instanceof ExactNumber)) return json;
  return { ...json, baseTransactionNumber: readNumber(json.baseTransactionNumber.literal) };
}

function reasonOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => shown(String(part))).join('.');
  return path === '' ? causeOf(issue) : `${path}: ${causeOf(issue)}`;
}

function causeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown member ${shown(issue.keys[0]!)}`;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message.replace(ExactNumber.name, 'number');
}

/** A name from the event, with nothing in it that a log or a table could not hold. */
function shown(name: string): string {
  const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return /^\w+$/.test(short) ? short : JSON.stringify(short);
}
