import type { KeywordDefinition } from 'ajv';
import { spend } from './work-budget.js';

/**
 * One text for each JSON value, whatever the order of its members. Ajv's own comparison calls `valueOf` and `toString` of
 * the data (an event may have members of these names) and compares every element with every other.
 */
function canonical(value: unknown): string {
  spend(1);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** `enum`, `const` and `uniqueItems` in place of Ajv's. */
export const equalityKeywords: readonly KeywordDefinition[] = [
  {
    keyword: 'enum',
    schemaType: 'array',
    errors: false,
    compile: (allowed: unknown[]) => {
      const texts = new Set(allowed.map(canonical));
      return (data: unknown) => texts.has(canonical(data));
    },
  },
  {
    keyword: 'const',
    errors: false,
    compile: (expected: unknown) => {
      const text = canonical(expected);
      return (data: unknown) => canonical(data) === text;
    },
  },
  {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    compile: (unique: boolean) => (items: unknown[]) => !unique || new Set(items.map(canonical)).size === items.length,
  },
];
