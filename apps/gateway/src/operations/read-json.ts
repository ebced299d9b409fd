import { isJsonType, readMediaType } from '@sluice/cloud-events/media-type';
import { ExactNumber } from '@sluice/exact-json/exact-number';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { Slice } from '@sluice/exact-json/json-reader';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { memberSlices } from '@sluice/exact-json/parse-json';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../refusals/fault.js';
import { objectRoot } from '../server/json-root.js';
import { bodyOf } from '../server/raw-bodies.js';
import { bodyMayBeLeftOut } from './body-may-be-left-out.js';
import { isKeptAsText, JsonText } from './json-text.js';

const DEPTH = 100;
const LIMITS = { depth: DEPTH, tooDeep: `the body nests deeper than ${DEPTH} levels of arrays and objects` };

/**
 * The body of a request, one JSON object, as the schema wants to look at it: numbers as the nearest doubles, and what the
 * schema keeps as text (`json-text.ts`) with its text. Read strictly: no duplicate members, nesting up to 100, UTF-8. A POST
 * whose members may all be left out may leave out the body, too.
 *
 * @throws {Fault} 415 when it is of another type, 400 when it is empty, too deep or no object; JsonFault when it is no JSON.
 */
export function readJson(request: FastifyRequest, schema: z.core.$ZodType): unknown {
  const type = request.headers['content-type'];
  const { essence, charset } = readMediaType(type ?? 'application/json') ?? { essence: '', charset: null };
  if (!isJsonType(essence)) throw new Fault(415, 'the body must be JSON, sent as application/json');
  if (charset !== null && charset !== 'utf-8') throw new Fault(415, `charset ${charset} is not read here: send UTF-8`);
  const body = bodyOf(request);
  if (body.length === 0 && bodyMayBeLeftOut(request.method, schema)) return {};
  return members(bare(schema), body, objectRoot(body, LIMITS));
}

function members(schema: z.core.$ZodType, bytes: Buffer, slices: ReadonlyMap<string, Slice>): unknown {
  const shape: z.core.$ZodShape = schema instanceof z.ZodObject ? schema.shape : {};
  const read = [...slices].map(([name, slice]) => {
    const wanted = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return [name, wanted === undefined ? plain(slice.value) : valueFor(bare(wanted), bytes, slice)] as const;
  });
  return Object.fromEntries(read);
}

function valueFor(schema: z.core.$ZodType, bytes: Buffer, { start, end, value }: Slice): unknown {
  if (isKeptAsText(schema)) return value === null ? null : new JsonText(bytes.toString('utf8', start, end), value);
  if (!(schema instanceof z.ZodObject) || !isJsonObject(value)) return plain(value);
  const part = bytes.subarray(start, end);
  return members(schema, part, memberSlices(part));
}

/** What is within the wrappings that say only whether a value must be there, or what becomes of it. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return bare(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? bare(schema.in) : schema;
}

/** Numbers that no double stands for become the nearest one. */
function plain(value: JsonValue): unknown {
  if (value instanceof ExactNumber) return value.approximate;
  if (Array.isArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
