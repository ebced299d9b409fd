import { isJsonType, readMediaType } from '@sluice/cloud-events/media-type';
import { ExactNumber } from '@sluice/exact-json/exact-number';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { Slice } from '@sluice/exact-json/json-reader';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { elementSlices, memberSlices } from '@sluice/exact-json/parse-json';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../refusals/fault.js';
import { objectRoot } from './json-root.js';
import { bodyOf } from './raw-bodies.js';

const DEPTH = 100;
const LIMITS = { depth: DEPTH, tooDeep: `the body nests deeper than ${DEPTH} levels of arrays and objects` };

/** Of members that are not known: as many are named, and as much of each. */
const TOLD_MEMBERS = 5;
const NAME_SHOWN = 100;

/** The members of an object in a request body, each with its value and its text as it was written. */
export class JsonMembers {
  private constructor(
    private readonly bytes: Buffer,
    private readonly members: ReadonlyMap<string, Slice>,
    /** Where this object stands in the body, for messages: `filter_config.`; empty for the body itself. */
    private readonly prefix: string,
  ) {}

  /**
   * The body of a request as a JSON object, read strictly: no duplicate members, nesting up to 100, UTF-8.
   *
   * @throws {Fault} 415 when it is of another type, 400 when it is empty, too deep or no object; JsonFault when it is
   * no JSON.
   */
  static of(request: FastifyRequest): JsonMembers {
    const type = request.headers['content-type'];
    const { essence, charset } = readMediaType(type ?? 'application/json') ?? { essence: '', charset: null };
    if (!isJsonType(essence)) throw new Fault(415, 'the body must be JSON, sent as application/json');
    if (charset !== null && charset !== 'utf-8')
      throw new Fault(415, `charset ${charset} is not read here: send UTF-8`);
    const body = bodyOf(request);
    return new JsonMembers(body, objectRoot(body, LIMITS), '');
  }

  /**
   * Demands that there are no other members than these: one that is misspelt would be dropped in silence.
   *
   * @throws {Fault} 400 naming those that are not known.
   */
  only(...names: readonly string[]): this {
    const unknown = this.names().filter((name) => !names.includes(name));
    if (unknown.length === 0) return this;
    const told = unknown.slice(0, TOLD_MEMBERS).map((name) => `${this.prefix}${name.slice(0, NAME_SHOWN)}`);
    const more = unknown.length > told.length ? ` and ${unknown.length - told.length} more` : '';
    const verb = (count: number) => (count === 1 ? 'is' : 'are');
    const known = names.length === 0 ? 'nothing is' : `${names.join(' and ')} ${verb(names.length)}`;
    const message = `${verb(unknown.length)} not known here: ${known}`;
    throw new Fault(400, `${told.join(' and ')}${more} ${message}`, {
      errors: told.map((path) => ({ path, message: 'is not known here' })),
    });
  }

  /** @throws {Fault} 400 naming each of these members that is missing. */
  demand(...names: readonly string[]): this {
    const errors = names
      .filter((name) => this.value(name) === undefined)
      .map((name) => ({ path: `${this.prefix}${name}`, message: 'is required and missing' }));
    if (errors.length === 0) return this;
    const missing = errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new Fault(400, missing, { errors });
  }

  names(): string[] {
    return [...this.members.keys()];
  }

  has(name: string): boolean {
    return this.members.has(name) && this.value(name) !== null;
  }

  /** Undefined when the member is absent. */
  value(name: string): JsonValue | undefined {
    return this.members.get(name)?.value;
  }

  /** The member's value as it was written, so that no digit of a number is lost; null when absent or null. */
  text(name: string): string | null {
    const slice = this.members.get(name);
    if (slice === undefined || slice.value === null) return null;
    return this.bytes.toString('utf8', slice.start, slice.end);
  }

  string(name: string): string {
    const value = this.value(name);
    if (typeof value === 'string' && value !== '') return value;
    throw this.fault(name, value === undefined ? 'is required and missing' : 'must be a string that is not empty');
  }

  /** An object member, looked into in turn. */
  object(name: string): JsonMembers {
    const slice = this.members.get(name);
    if (slice === undefined) throw this.fault(name, 'is required and missing');
    if (!isJsonObject(slice.value)) throw this.fault(name, 'must be an object');
    const bytes = this.bytes.subarray(slice.start, slice.end);
    return new JsonMembers(bytes, memberSlices(bytes), `${this.prefix}${name}.`);
  }

  /** The elements of an array member, objects that are looked into in turn. */
  objects(name: string): JsonMembers[] {
    const slice = this.members.get(name);
    if (slice === undefined) throw this.fault(name, 'is required and missing');
    if (!Array.isArray(slice.value)) throw this.fault(name, 'must be an array');
    const bytes = this.bytes.subarray(slice.start, slice.end);
    return elementSlices(bytes).map(({ members }, index) => {
      if (members === null) throw this.fault(`${name}.${index}`, 'must be an object');
      return new JsonMembers(bytes, members, `${this.prefix}${name}.${index}.`);
    });
  }

  /** The elements of an array member, strings; null counts as not given. */
  optionalStrings(name: string): string[] | null {
    const value = this.value(name) ?? null;
    if (value === null) return null;
    if (!Array.isArray(value)) throw this.fault(name, 'must be an array');
    return value.map((element, index) => {
      if (typeof element !== 'string') throw this.fault(`${name}.${index}`, 'must be a string');
      return element;
    });
  }

  /** Demands an object where the member is given; null counts as not given. */
  optionalObject(name: string): JsonObject | null {
    const value = this.value(name) ?? null;
    if (value === null || isJsonObject(value)) return value;
    throw this.fault(name, 'must be an object');
  }

  /** Demands a string where the member is given. */
  optionalString(name: string): string | null {
    const value = this.value(name) ?? null;
    if (value === null || typeof value === 'string') return value;
    throw this.fault(name, 'must be a string');
  }

  /** Demands a number where the member is given, and takes the double that is nearest; null counts as not given. */
  optionalNumber(name: string): number | null {
    const value = this.value(name) ?? null;
    return value === null ? null : this.numberOf(value, name);
  }

  /** The elements of an array member, numbers; null counts as not given. */
  optionalNumbers(name: string): number[] | null {
    const value = this.value(name) ?? null;
    if (value === null) return null;
    if (!Array.isArray(value)) throw this.fault(name, 'must be an array');
    return value.map((element, index) => this.numberOf(element, `${name}.${index}`));
  }

  /** Demands an object or an array where the member is given; null counts as not given. */
  optionalStructure(name: string): JsonObject | JsonValue[] | null {
    const value = this.value(name) ?? null;
    if (value === null || isJsonObject(value) || Array.isArray(value)) return value;
    throw this.fault(name, 'must be an object or an array');
  }

  /** @throws {Fault} 400 listing the values when it is none of them. */
  oneOf<const V extends string>(name: string, values: readonly V[]): V {
    const value = this.value(name);
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw this.fault(name, `must be one of ${values.join(', ')}`);
  }

  private numberOf(value: JsonValue, name: string): number {
    const number = value instanceof ExactNumber ? value.approximate : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw this.fault(name, 'must be a number');
  }

  fault(name: string, message: string): Fault {
    const path = `${this.prefix}${name}`;
    return new Fault(400, `${path} ${message}`, { errors: [{ path, message }] });
  }
}
