import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';

interface Member {
  path: string;
  kind: string;
  required: boolean;
  description: string;
}

const DEEPEST = 3;
const NAMED = 5;

/** The members that a JSON Schema describes, as far as a table can say it. */
export function membersOf(schema: JsonValue, path = '', levels = DEEPEST): Member[] {
  if (!isJsonObject(schema)) return [];
  const { properties, required, items } = schema;
  const below = isJsonObject(items) ? membersOf(items, `${path}[]`, levels) : [];
  if (!isJsonObject(properties) || levels === 0) return below;
  const always = Array.isArray(required) ? required : [];
  const own = Object.keys(properties).flatMap((name) => {
    const member = properties[name]!;
    const there = path === '' ? name : `${path}.${name}`;
    return [
      { path: there, kind: kindOf(member), required: always.includes(name), description: descriptionOf(member) },
      ...membersOf(member, there, levels - 1),
    ];
  });
  return [...own, ...below];
}

function kindOf(schema: JsonValue): string {
  if (!isJsonObject(schema)) return 'anything';
  const { type, format, const: constant } = schema;
  const options = schema.enum;
  if (constant !== undefined) return writeJson(constant);
  if (Array.isArray(options)) {
    const named = options.slice(0, NAMED).map(writeJson).join(', ');
    return options.length > NAMED ? `${named}, …` : named;
  }
  const kinds = Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'anything';
  return typeof format === 'string' ? `${kinds} (${format})` : kinds;
}

const descriptionOf = (schema: JsonValue): string => {
  const { description } = isJsonObject(schema) ? schema : ({} as JsonObject);
  return typeof description === 'string' ? description : '';
};
