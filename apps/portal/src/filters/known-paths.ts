import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import type { EventType } from '../api/answers.js';

const DEEPEST = 3;

/** The paths that a filter can ask for, as far as the type's schema and example show them. */
export function knownPaths({ schema, example }: EventType): string[] {
  const found = new Set<string>();
  fromSchema(schema, '', DEEPEST, found);
  fromExample(example, '', DEEPEST, found);
  return [...found];
}

const below = (path: string, name: string): string => {
  const written = name.replace(/[.\\]/g, '\\$&').replace(/^\$/, '\\$');
  return path === '' ? written : `${path}.${written}`;
};

function fromSchema(schema: JsonValue, path: string, levels: number, found: Set<string>): void {
  if (!isJsonObject(schema)) return;
  const { properties, items } = schema;
  if (isJsonObject(items)) fromSchema(items, path === '' ? '$' : `${path}.$`, levels, found);
  if (!isJsonObject(properties) || levels === 0) return;
  for (const name of Object.keys(properties)) {
    const there = below(path, name);
    found.add(there);
    fromSchema(properties[name]!, there, levels - 1, found);
  }
}

function fromExample(value: JsonValue, path: string, levels: number, found: Set<string>): void {
  if (Array.isArray(value)) {
    const [first] = value;
    if (first !== undefined) fromExample(first, path === '' ? '$' : `${path}.$`, levels, found);
    return;
  }
  if (!isJsonObject(value) || levels === 0) return;
  for (const name of Object.keys(value)) {
    const there = below(path, name);
    found.add(there);
    fromExample(value[name]!, there, levels - 1, found);
  }
}
