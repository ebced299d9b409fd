import { pointerOfReference, pointerPart } from '@sluice/exact-json/json-pointer';

/** Counts each application of a subschema; see `work-budget`. */
export const STEP_KEYWORD = 'x-sluice-step';

const SUBSCHEMA = ['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'contains', 'additionalItems'];
const SUBSCHEMA_TOO = ['unevaluatedItems', 'not', 'if', 'then', 'else', 'items'];
const LIST = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'];
const MAP = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'];
const PLAIN = [
  ...['type', 'enum', 'const', 'format', 'pattern', 'minLength', 'maxLength', 'required', 'dependentRequired'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minContains', 'maxContains'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
];
const UNSUPPORTED = ['$anchor', '$dynamicRef', '$dynamicAnchor', '$recursiveRef', '$recursiveAnchor', '$vocabulary'];

const SINGLE = new Set([...SUBSCHEMA, ...SUBSCHEMA_TOO]);
const DEPTH_LIMIT = 64;
const SUBSCHEMAS_LIMIT = 1_000;

type Json = unknown;
type Members = Record<string, Json>;

/**
 * A copy of an untrusted JSON Schema with only the keywords that assert something (annotations and unknown keywords say
 * nothing, as the specification has it), each subschema counting its steps, references within the schema only.
 *
 * @throws an Error that says what the schema may not have.
 */
export function boundedSchema(schema: Json): Json {
  const places = new Set<string>();
  const references: string[] = [];
  const bounded = copy(schema, '#', { places, references }, 0);
  const broken = references.find((reference) => !places.has(pointerOfReference(reference)));
  if (broken === undefined) return bounded;
  throw new Error(`$ref ${broken} leads to no schema within this one: only # and #/$defs/… are possible`);
}

interface Found {
  places: Set<string>;
  references: string[];
}

function copy(schema: Json, place: string, found: Found, depth: number): Json {
  if (depth > DEPTH_LIMIT) throw new Error(`a schema nests at most ${DEPTH_LIMIT} deep`);
  found.places.add(place);
  if (found.places.size > SUBSCHEMAS_LIMIT)
    throw new Error(`a schema has at most ${SUBSCHEMAS_LIMIT} schemas within it`);
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) throw new Error(`${place} must be an object or a boolean`);
  const bounded: Members = Object.create(null);
  bounded[STEP_KEYWORD] = true;
  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${place}/${pointerPart(keyword)}`;
    if (UNSUPPORTED.includes(keyword)) throw new Error(`${at}: ${keyword} is not supported`);
    if (keyword === '$id' && place !== '#') throw new Error(`${at}: a schema within a schema has no $id here`);
    if (keyword === '$ref') found.references.push(referenceOf(value, at));
    if (keyword === '$ref' || PLAIN.includes(keyword)) bounded[keyword] = value;
    else if (LIST.includes(keyword) && Array.isArray(value)) {
      bounded[keyword] = value.map((element, index) => copy(element, `${at}/${index}`, found, depth + 1));
    } else if (MAP.includes(keyword) && isObject(value)) {
      bounded[keyword] = copyMembers(value, at, found, depth);
    } else if (keyword === 'dependencies' && isObject(value)) {
      copyDependencies(value, bounded, at, found, depth);
    } else if (SINGLE.has(keyword)) bounded[keyword] = copy(value, at, found, depth + 1);
    else if (LIST.includes(keyword) || MAP.includes(keyword)) throw new Error(`${at} has the wrong JSON type`);
  }
  return asTuple(bounded);
}

/** Up to 2019-09 a list of `items` was what `prefixItems` is now, and `additionalItems` what `items` is. */
function asTuple(bounded: Members): Members {
  const { items, additionalItems } = bounded;
  delete bounded.additionalItems;
  if (!Array.isArray(items)) return bounded;
  bounded.prefixItems = items;
  if (additionalItems === undefined) delete bounded.items;
  else bounded.items = additionalItems;
  return bounded;
}

function copyMembers(value: Members, at: string, found: Found, depth: number): Members {
  const members: Members = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    members[name] = copy(member, `${at}/${pointerPart(name)}`, found, depth + 1);
  }
  return members;
}

/** Draft-07's `dependencies` became two keywords. */
function copyDependencies(value: Members, bounded: Members, at: string, found: Found, depth: number): void {
  const entries = Object.entries(value);
  const names = entries.filter(([, member]) => Array.isArray(member));
  const schemas = Object.fromEntries(entries.filter(([, member]) => !Array.isArray(member)));
  bounded.dependentRequired ??= Object.fromEntries(names);
  bounded.dependentSchemas ??= copyMembers(schemas, at, found, depth);
}

function referenceOf(value: Json, at: string): string {
  if (typeof value === 'string' && value.startsWith('#')) return value;
  throw new Error(`${at}: nothing outside the schema can be referred to`);
}

const isObject = (value: Json): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
