import { JsonFault, NestingFault } from '@sluice/exact-json/json-fault';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { writeJson } from '@sluice/exact-json/write-json';
import { type Filter, type FilterNode, type Operator, operators } from './filter.js';
import { limits } from './limits.js';
import { readCondition } from './operands.js';
import { ANY_ELEMENT, below, levelsOf, type Path, parsePath } from './path.js';

/** What is wrong, and where in the filter: `$or[1].socialCapital.$gt`; the empty path is the filter as a whole. */
export interface FilterFault {
  path: string;
  message: string;
}

export type ParsedFilter = { ok: true; filter: Filter } | { ok: false; faults: FilterFault[] };

/** A filter may be wrong in very many places; nobody reads more. */
const FAULTS_SHOWN = 20;

/** Reads a filter from its JSON text (contract airstack, filter language). Never throws. */
export function parseFilterText(text: string): ParsedFilter {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.filterBytes) return tooLarge(bytes);
  try {
    const parsed = parseFilter(parseJson(text, { depth: limits.nesting }));
    // The very string that was given, where it is written without white space: indexes keep millions of them.
    return parsed.ok && parsed.filter.text === text ? { ok: true, filter: { ...parsed.filter, text } } : parsed;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    if (error instanceof NestingFault) return refused('', error.message);
    return refused('', `not valid JSON: ${error.message} (byte ${error.offset})`);
  }
}

/** Reads a filter from a JSON value (contract airstack, filter language). Never throws. */
export function parseFilter(value: JsonValue): ParsedFilter {
  if (!isJsonObject(value)) return refused('', 'a filter is an object');
  if (nestsDeeper(value, limits.nesting)) return refused('', `nesting deeper than ${limits.nesting}`);
  const text = writeJson(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.filterBytes) return tooLarge(bytes);
  const parser = new FilterParser();
  const root = parser.conditions(value, { place: '', path: [], levels: 0, logic: 0, element: false });
  const faults = parser.result();
  return faults.length === 0 ? { ok: true, filter: { root, text } } : { ok: false, faults };
}

/** Where the parser stands. */
interface Context {
  /** For messages. */
  place: string;
  /** The event path so far, from the event or from the element of the innermost `$elemMatch`. */
  path: Path;
  /** Levels of path above that element. */
  levels: number;
  /** Depth in `$and` and `$or`. */
  logic: number;
  /** Whether an empty path means something: the element of an `$elemMatch`. */
  element: boolean;
}

class FilterParser {
  private readonly faults: FilterFault[] = [];
  private conditionCount = 0;

  result(): FilterFault[] {
    if (this.conditionCount > limits.conditions) {
      this.fault('', `${this.conditionCount} conditions: at most ${limits.conditions} are allowed`);
    }
    return this.faults;
  }

  /** All entries of a filter object, which must all hold. */
  conditions(object: JsonObject, context: Context): FilterNode {
    const mixture = context.path.length > 0 || context.element ? mixtureIn(object) : null;
    if (mixture !== null) {
      this.fault(
        context.place,
        `the operator ${mixture.operator} and the path ${shorten(mixture.name)} stand side by side: ` +
          'the value is either compared or looked into; {"$and": […]} says both',
      );
      return { kind: 'and', nodes: [] };
    }
    const nodes = Object.keys(object).flatMap((key) => this.entry(key, object[key]!, context) ?? []);
    return nodes.length === 1 ? nodes[0]! : { kind: 'and', nodes };
  }

  private entry(key: string, value: JsonValue, context: Context): FilterNode | null {
    const there = { ...context, place: context.place === '' ? key : `${context.place}.${key}` };
    if (isPath(key)) return this.member(key, value, there);
    if (key === '$and' || key === '$or') return this.logic(key, value, there);
    if (key === '$not') return this.negation(value, there);
    const operator = operators.find((known) => known === key);
    if (operator !== undefined) return this.condition(operator, value, there);
    return this.fault(
      there.place,
      `unknown operator ${shorten(key)}; there are $and, $or, $not, ${operators.join(', ')}`,
    );
  }

  /** An entry whose key goes on with the path: to more entries, or to the value that must be there. */
  private member(key: string, value: JsonValue, context: Context): FilterNode | null {
    const path = below(context.path, parsePath(key));
    const levels = context.levels + levelsOf(path);
    if (levels > limits.pathLevels) {
      return this.fault(context.place, `${levels} levels of path: at most ${limits.pathLevels} are allowed`);
    }
    const elementSteps = path.length - levelsOf(path);
    if (elementSteps > limits.elementSteps) {
      return this.fault(
        context.place,
        `${elementSteps} "$" steps in a path: at most ${limits.elementSteps} are allowed`,
      );
    }
    if (!isJsonObject(value)) return this.condition('$eq', value, { ...context, path });
    if (Object.keys(value).length > 0) return this.conditions(value, { ...context, path });
    return this.fault(
      context.place,
      'an empty object says nothing: write {"$exist": true} or, to compare with an empty object, {"$eq": {}}',
    );
  }

  private condition(operator: Operator, operand: JsonValue, context: Context): FilterNode | null {
    this.conditionCount++;
    const { place, path } = context;
    if (path.length === 0 && !context.element) {
      return this.fault(place, `${operator} needs a path: write {"path": {"${operator}": …}}`);
    }
    if (path.at(-1) === ANY_ELEMENT) {
      return this.fault(
        place,
        'a path can\'t end in "$": an array equals a value that it contains, and $elemMatch tests elements',
      );
    }
    if (operator === '$elemMatch') return this.elementMatch(operand, context);
    const condition = readCondition(operator, operand);
    return typeof condition === 'string' ? this.fault(place, condition) : { kind: 'condition', path, condition };
  }

  private elementMatch(operand: JsonValue, context: Context): FilterNode | null {
    if (!isJsonObject(operand)) return this.fault(context.place, '$elemMatch takes a filter (an object)');
    if (Object.keys(operand).length === 0) {
      return this.fault(context.place, '$elemMatch is empty: it takes a filter that an element must satisfy');
    }
    const { path } = context;
    const levels = context.levels + levelsOf(path);
    const element = this.conditions(operand, { ...context, path: [], levels, element: true });
    return { kind: 'condition', path, condition: { operator: '$elemMatch', operand, element } };
  }

  private negation(operand: JsonValue, context: Context): FilterNode | null {
    if (!isJsonObject(operand)) return this.fault(context.place, '$not takes a filter (an object)');
    return { kind: 'not', node: this.conditions(operand, context) };
  }

  private logic(operator: '$and' | '$or', operand: JsonValue, context: Context): FilterNode | null {
    const { place } = context;
    const logic = context.logic + 1;
    if (logic > limits.logicLevels) {
      return this.fault(place, `${logic} levels of $and and $or: at most ${limits.logicLevels} are allowed`);
    }
    if (!Array.isArray(operand)) return this.fault(place, `${operator} takes an array of filters`);
    if (operand.length === 0) return this.fault(place, `${operator} is empty: it takes at least one filter`);
    const nodes = operand.flatMap((filter, index) => {
      const at = `${place}[${index}]`;
      if (!isJsonObject(filter)) return this.fault(at, `${operator} takes an array of filters (objects)`) ?? [];
      return [this.conditions(filter, { ...context, place: at, logic })];
    });
    return { kind: operator === '$and' ? 'and' : 'or', nodes };
  }

  private fault(path: string, message: string): null {
    if (this.faults.length < FAULTS_SHOWN) this.faults.push({ path, message });
    return null;
  }
}

const refused = (path: string, message: string): ParsedFilter => ({ ok: false, faults: [{ path, message }] });

const tooLarge = (bytes: number): ParsedFilter =>
  refused('', `the filter has ${bytes} bytes: at most ${limits.filterBytes} (16 KiB) are allowed`);

const isPath = (key: string): boolean => !key.startsWith('$') || key === '$' || key.startsWith('$.');

/** An operator that tests the value itself beside a path that leads into it: what is meant can't be told. */
function mixtureIn(object: JsonObject): { operator: Operator; name: string } | null {
  const keys = Object.keys(object);
  const operator = operators.find((known) => keys.includes(known));
  const name = keys.find(isPath);
  return operator === undefined || name === undefined ? null : { operator, name };
}

const shorten = (key: string): string => (key.length > 50 ? `${key.slice(0, 50)}…` : key);

/** Looks no deeper than it must, so that it can be asked about anything. */
function nestsDeeper(value: JsonValue, depth: number): boolean {
  if (Array.isArray(value)) return depth === 0 || value.some((element) => nestsDeeper(element, depth - 1));
  if (!isJsonObject(value)) return false;
  return depth === 0 || Object.keys(value).some((name) => nestsDeeper(value[name]!, depth - 1));
}
