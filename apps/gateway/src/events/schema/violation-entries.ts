import { nameOfPart } from '@sluice/exact-json/json-pointer';
import type { ErrorObject } from 'ajv';
import type { FaultEntry } from '../../refusals/fault.js';

const ENTRIES_LIMIT = 50;
const SHOWN_VALUES = 10;

/** Keywords that only say that a branch failed: what failed in it is said for itself. */
const BRANCHES = new Set(['if', 'allOf', '$ref', 'propertyNames']);

/** Ajv's errors as one entry for each path below `data`, in the order in which they were found. */
export function violationEntries(errors: readonly ErrorObject[]): FaultEntry[] {
  const telling = errors.filter(({ keyword }) => !BRANCHES.has(keyword));
  const byPath = new Map<string, Set<string>>();
  for (const error of telling.length === 0 ? errors : telling) {
    const path = pathOf(error);
    if (!byPath.has(path) && byPath.size >= ENTRIES_LIMIT) continue;
    byPath.set(path, (byPath.get(path) ?? new Set()).add(messageOf(error)));
  }
  return [...byPath].map(([path, messages]) => ({ path, message: [...messages].slice(0, SHOWN_VALUES).join(', or ') }));
}

/** `data.items.0.sku`; for a missing or superfluous member, or one of a wrong name, the path of that member. */
function pathOf({ instancePath, params, propertyName }: ErrorObject): string {
  const parts = instancePath.split('/').slice(1).map(nameOfPart);
  const member = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty ?? propertyName;
  if (typeof member === 'string') parts.push(member);
  return ['data', ...parts].join('.').slice(0, 500);
}

function messageOf(error: ErrorObject): string {
  return error.propertyName === undefined ? valueMessage(error) : `is a name that ${valueMessage(error)}`;
}

function valueMessage({ keyword, message, schema, params }: ErrorObject): string {
  if (keyword === 'required' || keyword === 'dependentRequired') return 'is required and missing';
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return 'is not a member of this type';
  if (keyword === 'enum' && Array.isArray(schema))
    return `must be one of ${schema.slice(0, SHOWN_VALUES).map(shown).join(', ')}`;
  if (keyword === 'const') return `must be ${shown(schema)}`;
  if (keyword === 'uniqueItems') return 'must not hold the same item twice';
  if (keyword === 'type') return `must be ${[params.type].flat().join(' or ')}`;
  if (keyword === 'false schema') return 'is not allowed here';
  return message ?? `breaks ${keyword}`;
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? '').slice(0, 100);
