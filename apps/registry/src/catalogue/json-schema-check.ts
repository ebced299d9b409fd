import { JsonFault } from '@sluice/exact-json/json-fault';
import { pointerOfReference, pointerPart } from '@sluice/exact-json/json-pointer';
import { parseJson } from '@sluice/exact-json/parse-json';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';

const BYTES_LIMIT = 64 * 1024;
const NESTING_LIMIT = 64;
const PATTERN_LIMIT = 1_000;

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
const SINGLE = ['additionalProperties', 'contains', 'else', 'if', 'items', 'not', 'propertyNames', 'then'];
const SINGLE_TOO = ['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const BY_NAME = ['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'];
const SCHEMAS = new Set([...SINGLE, ...SINGLE_TOO]);
/** They would need to look for schemas by name, which nothing here needs. */
const UNSUPPORTED = ['$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveAnchor', '$recursiveRef', '$vocabulary'];
const DIALECT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

type Members = Record<string, unknown>;

/**
 * Why an untrusted JSON Schema (2020-12, JSON text) can't be a type's, as the rest of a sentence; null when it can. It is
 * bounded in size and depth, refers to nothing outside itself, and has patterns for a linear engine only
 * (docs/architecture.md section 6). What it costs to apply is bounded where it is applied.
 */
export function jsonSchemaFault(text: string): string | null {
  if (Buffer.byteLength(text) > BYTES_LIMIT) return `is larger than ${BYTES_LIMIT / 1024} KiB`;
  try {
    parseJson(text, { depth: NESTING_LIMIT });
  } catch (error) {
    if (error instanceof JsonFault) return `is not acceptable JSON: ${error.message} (byte ${error.offset})`;
    throw error;
  }
  const schema: unknown = JSON.parse(text);
  if (!isObject(schema)) return 'must be a JSON object';
  const { $schema } = schema;
  if ($schema !== undefined && !(typeof $schema === 'string' && DIALECT.test($schema))) {
    return 'must be of the dialect https://json-schema.org/draft/2020-12/schema';
  }
  if (metaSchema.validateSchema(schema) !== true) {
    const [fault] = metaSchema.errors ?? [];
    return `is not JSON Schema 2020-12: ${fault?.instancePath || 'the schema'} ${fault?.message}`;
  }
  return new Walk().fault(schema);
}

/** Only checks schemas against the schema of schemas: nothing untrusted is compiled. */
const metaSchema = new Ajv2020({ strict: false, logger: false, validateFormats: false });

class Walk {
  private readonly places = new Set<string>();
  private readonly references: { at: string; target: string }[] = [];

  fault(schema: Members): string | null {
    const fault = this.schema(schema, '#');
    if (fault !== null) return fault;
    const broken = this.references.find(({ target }) => !this.places.has(target));
    return broken === undefined ? null : `refers at ${broken.at} to ${broken.target}, where it has no schema`;
  }

  private schema(schema: unknown, place: string): string | null {
    this.places.add(place);
    if (!isObject(schema)) return null;
    for (const [keyword, value] of Object.entries(schema)) {
      const fault = this.keyword(keyword, value, place);
      if (fault !== null) return fault;
    }
    return null;
  }

  private keyword(keyword: string, value: unknown, place: string): string | null {
    const at = `${place}/${pointerPart(keyword)}`;
    if (UNSUPPORTED.includes(keyword)) return `uses ${keyword} at ${place}, which is not supported`;
    if (keyword === '$id' && place !== '#') return `has an $id at ${place}, which only the whole schema may have`;
    if (keyword === '$ref') return this.reference(String(value), at);
    if (keyword === 'pattern') return patternFault(String(value), at);
    if (SCHEMAS.has(keyword)) return this.schema(value, at);
    if (LISTS.includes(keyword) && Array.isArray(value)) {
      return firstFault(value, (element, index) => this.schema(element, `${at}/${index}`));
    }
    if (BY_NAME.includes(keyword) && isObject(value)) {
      return firstFault(Object.entries(value), ([name, member]) => {
        const there = `${at}/${pointerPart(name)}`;
        const fault = keyword === 'patternProperties' ? patternFault(name, there) : null;
        return fault ?? this.schema(member, there);
      });
    }
    return null;
  }

  private reference(target: string, at: string): string | null {
    if (!target.startsWith('#')) return `refers at ${at} to something outside itself`;
    this.references.push({ at, target: pointerOfReference(target) });
    return null;
  }
}

function patternFault(pattern: string, at: string): string | null {
  if (pattern.length > PATTERN_LIMIT) return `has a pattern at ${at} of more than ${PATTERN_LIMIT} characters`;
  try {
    RE2JS.compile(RE2JS.translateRegExp(pattern));
    return null;
  } catch (error) {
    return `has a pattern at ${at} that is not RE2 syntax: ${error instanceof Error ? error.message : error}`;
  }
}

function firstFault<T>(values: readonly T[], check: (value: T, index: number) => string | null): string | null {
  for (const [index, value] of values.entries()) {
    const fault = check(value, index);
    if (fault !== null) return fault;
  }
  return null;
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
