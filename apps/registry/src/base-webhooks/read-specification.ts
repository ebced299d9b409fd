import { accepted, type Result, refused } from '@sluice/contracts/result';
import { type SpecificationOptions, WebhookSpecification } from '@sluice/contracts/webhook-specification';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';
import type { z } from 'zod';

const SPECIFICATION = 'specification';
/** Bytes: several thousand field ids. Every dispatcher keeps all specifications in memory. */
const LENGTH_LIMIT = 65_536;
const NESTING = 10;
const FAULTS_TOLD = 3;

/** What is wrong with a specification, and where: `specification.options.filters.dataTypes.0`. */
export interface SpecificationFault {
  path: string;
  /** The rest of a sentence about the path. */
  message: string;
}

/**
 * The options in the JSON text of a creation's member `specification` (contract airtable section 2). Whether the base
 * has what they name is another question: schema-check.ts.
 */
export function readSpecification(text: string): Result<SpecificationOptions> {
  if (Buffer.byteLength(text) > LENGTH_LIMIT) {
    return refusedFor([{ path: SPECIFICATION, message: `is longer than ${LENGTH_LIMIT} bytes` }]);
  }
  try {
    const read = WebhookSpecification.safeParse(parseJson(text, { depth: NESTING }), { reportInput: true });
    return read.success ? accepted(read.data.options) : refusedFor(read.error.issues.flatMap(faultsOf));
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return refusedFor([{ path: SPECIFICATION, message: `is not valid JSON: ${error.message}` }]);
  }
}

/** A refusal that names the first faults, and of the very first the field. */
export function refusedFor(faults: readonly SpecificationFault[]): { ok: false } & Result<never> {
  const told = faults.slice(0, FAULTS_TOLD).map(({ path, message }) => `${path} ${message}`);
  return refused('invalid', told.join('; '), faults[0]?.path);
}

/** A path below `specification`, as the API writes places everywhere. */
export const pathOf = (steps: readonly PropertyKey[]): string => [SPECIFICATION, ...steps.map(String)].join('.');

function faultsOf(issue: z.core.$ZodIssue): SpecificationFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not known' }));
  }
  return [{ path: pathOf(issue.path), message: messageOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    default:
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  object: 'an object',
  string: 'a text',
};
