import { randomInt } from 'node:crypto';
import type { z } from 'zod';
import type { JsonMembers } from '../server/json-body.js';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An id of Airtable's form: a prefix of three letters and 14 characters of base62. */
export const drawId = (prefix: 'tbl' | 'fld' | 'viw'): string =>
  prefix + Array.from({ length: 14 }, () => BASE62[randomInt(BASE62.length)]).join('');

/** The member `id`; undefined when it is absent or null. @throws {Fault} 400 when it is no such id. */
export function optionalId(body: JsonMembers, schema: z.ZodType<string>): string | undefined {
  if (!body.has('id')) return undefined;
  const parsed = schema.safeParse(body.value('id'));
  if (parsed.success) return parsed.data;
  throw body.fault('id', parsed.error.issues[0]?.message ?? 'is no id');
}
