import { NestingFault } from '@sluice/exact-json/json-fault';
import type { Element, Slice } from '@sluice/exact-json/json-reader';
import { elementSlices, memberSlices, parseJson } from '@sluice/exact-json/parse-json';
import { Fault } from '../refusals/fault.js';

export interface RootLimits {
  /** How deep the whole body may nest. */
  depth: number;
  /** What is said of a body that nests deeper. */
  tooDeep: string;
}

const SPACE = new Set(Buffer.from(' \t\r\n'));

/**
 * The members of a body that must be one JSON object, read strictly.
 *
 * @throws {Fault} 400 when it is empty, another JSON value, or nests too deep; JsonFault when it is no JSON.
 */
export const objectRoot = (body: Uint8Array, limits: RootLimits): Map<string, Slice> =>
  root(body, 'a JSON object', '{', limits, memberSlices);

/** As {@link objectRoot}, the elements of a body that must be one JSON array. */
export const arrayRoot = (body: Uint8Array, limits: RootLimits): Element[] =>
  root(body, 'a JSON array', '[', limits, elementSlices);

function root<R>(
  body: Uint8Array,
  wanted: string,
  opening: string,
  { depth, tooDeep }: RootLimits,
  read: (bytes: Uint8Array, limits: { depth: number }) => R,
): R {
  if (body.length === 0) throw new Fault(400, `the body is empty: ${wanted} is required`);
  try {
    const first = body.find((byte) => !SPACE.has(byte));
    if (first === opening.charCodeAt(0)) return read(body, { depth });
    parseJson(body, { depth });
  } catch (fault) {
    throw fault instanceof NestingFault ? new Fault(400, tooDeep) : fault;
  }
  throw new Fault(400, `the body must be ${wanted}`);
}
