import type { z } from 'zod';
import { Fault, type FaultEntry } from '../refusals/fault.js';

/** Of what is wrong as much is told, and of a name that is not known as many characters. */
const FAULTS_TOLD = 10;
const NAME_SHOWN = 100;

/**
 * What the schema makes of a value from outside; in a query, a parameter that was given twice is a list of texts.
 *
 * @throws {Fault} 400 with all that is wrong by its path. A message of the schema's own stands as it is; the others say the
 * same of the same mistake everywhere.
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, from?: 'query'): z.output<S> {
  const error = from === 'query' ? queryWording : wording;
  const parsed = schema.safeParse(value, { reportInput: true, error });
  if (parsed.success) return parsed.data;
  throw wrongMembers(entriesOfAll(parsed.error.issues));
}

/** One member or query parameter that is wrong for a reason that no schema knows. */
export const wrongMember = (path: string, message: string): Fault => wrongMembers([{ path, message }]);

interface Entry extends FaultEntry {
  /** What there would have been, of a member that is not known. */
  known?: string;
}

/** Several of them. */
export function wrongMembers(all: readonly Entry[]): Fault {
  const told = all.slice(0, FAULTS_TOLD);
  const more = all.length > told.length ? ` and ${all.length - told.length} more` : '';
  const [first] = told;
  const isUnknown = first?.known !== undefined && told.every(({ known }) => known === first.known);
  const detail = isUnknown
    ? `${told.map(({ path }) => path).join(' and ')}${more} ${all.length === 1 ? 'is' : 'are'} not known here: ${first.known}`
    : `${told.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ')}${more}`;
  return new Fault(400, detail, { errors: told.map(({ path, message }) => ({ path, message })) });
}

/** Of a member that is of the wrong kind nothing else is told, and nothing twice. */
function entriesOfAll(issues: readonly z.core.$ZodIssue[], above: readonly PropertyKey[] = []): Entry[] {
  const ofWrongKind = new Set<string>();
  const told = new Set<string>();
  return issues.flatMap((issue) => {
    const path = dotted(issue.path);
    const words = `${path} ${issue.message}`;
    if (ofWrongKind.has(path) || told.has(words)) return [];
    told.add(words);
    if (issue.code === 'invalid_type') ofWrongKind.add(path);
    return entriesOf(issue, above);
  });
}

function entriesOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Entry[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: dotted([...path, key.slice(0, NAME_SHOWN)]),
      message: 'is not known here',
      known: issue.message,
    }));
  }
  if (issue.code === 'invalid_union' && issue.input !== undefined && issue.errors.length > 0) {
    return issue.message === NONE_OF_THEM
      ? entriesOfUnion(issue.errors, path)
      : entriesOfWordedUnion(issue.errors, path, issue.message);
  }
  if (issue.code === 'invalid_key') {
    return [{ path: dotted(path), message: issue.issues[0]?.message ?? 'can not be called so' }];
  }
  const isMissing = issue.input === undefined;
  return [{ path: dotted(path), message: isMissing ? 'is required and missing' : issue.message }];
}

/**
 * Of several things that a value could have been what it comes closest to is told: those of its kind, and of these the one
 * whose members it has. When it is of no kind, the kinds are.
 */
function entriesOfUnion(options: readonly z.core.$ZodIssue[][], path: readonly PropertyKey[]): Entry[] {
  const closest = closestOf(options.filter((issues) => !issues.some(isWrongKind)));
  if (closest !== undefined) return entriesOfAll(closest, path);
  const kinds = options.flatMap((issues) => issues.filter(isWrongKind));
  const [first] = kinds;
  if (first === undefined) return [];
  const values = [...new Set(kinds.flatMap((issue) => issue.values))].join(', ');
  const message = first.input === undefined ? `is required and missing: one of ${values}` : `must be one of ${values}`;
  return [{ path: dotted([...path, ...first.path]), message }];
}

/** The same where the schema has words of its own: they stand unless a value has the very members of one of the things. */
function entriesOfWordedUnion(
  options: readonly z.core.$ZodIssue[][],
  path: readonly PropertyKey[],
  message: string,
): Entry[] {
  const closest = closestOf(options) ?? [];
  const hasItsMembers = closest.every((issue) => issue.path.length > 0) && isFit(fitOf(closest));
  return hasItsMembers ? entriesOfAll(closest, path) : [{ path: dotted(path), message }];
}

/** How far a value is from a thing: members that this has not, members that it lacks, and all that is wrong. */
type Fit = readonly [unknown: number, missing: number, wrong: number];

const fitOf = (issues: readonly z.core.$ZodIssue[]): Fit => [
  issues.reduce(
    (count, issue) => count + (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys.length : 0),
    0,
  ),
  issues.filter(({ path, input }) => path.length === 1 && input === undefined).length,
  issues.length,
];

const isFit = ([unknown, missing]: Fit): boolean => unknown === 0 && missing === 0;

/** A name that was given says more of what was meant than one that was not, and both more than values. */
function closestOf(options: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const ranked = options.map((issues) => ({ issues, fit: fitOf(issues) }));
  ranked.sort(({ fit: one }, { fit: other }) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2]);
  return ranked[0]?.issues;
}

type WrongValue = Extract<z.core.$ZodIssue, { code: 'invalid_value' }>;

/** A member with one value alone says what kind of thing it is. */
const isWrongKind = (issue: z.core.$ZodIssue): issue is WrongValue =>
  issue.code === 'invalid_value' && issue.values.length === 1;

const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.');

const NONE_OF_THEM = 'is none of what it can be';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

/** Messages for what the schema has none of its own for. */
const wording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `must ${amount(issue.origin, 'least', Number(issue.minimum), issue.inclusive ?? true)}`;
    case 'too_big':
      return `must ${amount(issue.origin, 'most', Number(issue.maximum), issue.inclusive ?? true)}`;
    case 'invalid_format':
      return 'has not the form that it must have';
    case 'unrecognized_keys':
      return knownNames(issue.inst);
    case 'invalid_union':
      return Array.isArray(issue.options) ? `must be one of ${issue.options.join(', ')}` : NONE_OF_THEM;
    default:
      return undefined;
  }
};

const queryWording: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'invalid_type' && Array.isArray(issue.input) ? 'must be given once, as a string' : wording(issue);

function amount(origin: string, bound: 'least' | 'most', limit: number, inclusive: boolean): string {
  if (origin === 'string')
    return bound === 'least' && limit === 1 ? 'not be empty' : `have at ${bound} ${limit} characters`;
  if (origin === 'array') return `have at ${bound} ${limit} ${limit === 1 ? 'element' : 'elements'}`;
  if (!inclusive) return `be ${bound === 'least' ? 'greater' : 'less'} than ${limit}`;
  return `be at ${bound} ${limit}`;
}

function knownNames(schema: unknown): string {
  const names = Object.keys((schema as z.ZodObject | undefined)?.shape ?? {});
  if (names.length === 0) return 'nothing is';
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`;
}
