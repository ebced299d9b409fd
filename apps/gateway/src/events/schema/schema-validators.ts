import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FaultEntry } from '../../refusals/fault.js';
import { boundedFormats } from './bounded-formats.js';
import { boundedSchema, STEP_KEYWORD } from './bounded-schema.js';
import { equalityKeywords } from './equality-keywords.js';
import { linearPatterns } from './linear-patterns.js';
import { violationEntries } from './violation-entries.js';
import { BudgetSpent, spend, withBudget } from './work-budget.js';

/** How many compiled schemas are kept. */
const KEPT_SCHEMAS = 500;
const SCHEMA_LIMIT_CHARACTERS = 256 * 1024;
/** Steps that a validation may take whatever the size of the data, and for each byte of it: a second at most for 1 MiB. */
const STEPS = 10_000;
const STEPS_A_BYTE = 1;
/** Steps for telling everything that is wrong, instead of the first thing only; and for compiling a schema. */
const EXPLAINING_STEPS = 50_000;
const COMPILING_STEPS = 1_000_000;

interface Validator {
  /** Stops at the first fault: most events have none. */
  first: ValidateFunction;
  /** Collects all of them; made when the first event is refused. */
  all: () => ValidateFunction;
}

/** Validators of the catalogues' JSON Schemas (2020-12), compiled once for each schema text. The schemas are untrusted. */
export class SchemaValidators {
  private readonly compiled = new BoundedMap<string, Validator | Error>(KEPT_SCHEMAS);

  /** Why a schema can't be used; null when it can. `schema` is JSON text. */
  fault(schema: string): string | null {
    const validator = this.validator(schema);
    return validator instanceof Error ? validator.message : null;
  }

  /** What in the data breaks the schema, one entry for each path below `data`. `data` is valid JSON, or empty. */
  violations(schema: string, data: Uint8Array): FaultEntry[] {
    if (data.length === 0) return [{ path: 'data', message: 'is missing: the type has a schema' }];
    const validator = this.validator(schema);
    if (validator instanceof Error) {
      return [{ path: 'type', message: `its schema can't be used: ${validator.message}` }];
    }
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
    return violations(validator, JSON.parse(text), STEPS + data.length * STEPS_A_BYTE);
  }

  private validator(schema: string): Validator | Error {
    const validator = this.compiled.get(schema) ?? compile(schema);
    // Set anew at each use: the one that was not used for the longest time is the first to go.
    this.compiled.set(schema, validator);
    return validator;
  }
}

function compile(text: string): Validator | Error {
  if (text.length > SCHEMA_LIMIT_CHARACTERS) {
    return new Error(`a schema has at most ${SCHEMA_LIMIT_CHARACTERS} characters`);
  }
  try {
    const schema = boundedSchema(JSON.parse(text));
    const first = compileWith(firstFault, schema);
    let all: ValidateFunction | undefined;
    return { first, all: () => (all ??= compileWith(allFaults, schema)) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function compileWith(ajv: Ajv, schema: unknown): ValidateFunction {
  // A copy of its own: Ajv keeps what it compiled by identity, and would keep it for ever.
  const own: object | boolean = typeof schema === 'boolean' ? schema : structuredClone(Object(schema));
  try {
    // The schema itself is checked against its meta-schema, which takes steps as well.
    return withBudget(COMPILING_STEPS, () => ajv.compile(own));
  } finally {
    if (typeof own === 'object') ajv.removeSchema(own);
  }
}

function violations({ first, all }: Validator, data: unknown, steps: number): FaultEntry[] {
  const faults = run(first, data, steps);
  if (faults === null || faults === 'too much') return faults === null ? [] : [TOO_MUCH];
  const everything = run(all(), data, EXPLAINING_STEPS);
  return violationEntries(Array.isArray(everything) ? everything : faults);
}

const TOO_MUCH: FaultEntry = { path: 'data', message: 'demands more work of its schema than is allowed' };

function run(validate: ValidateFunction, data: unknown, steps: number): readonly ErrorObject[] | null | 'too much' {
  try {
    return withBudget(steps, () => validate(data)) ? null : (validate.errors ?? []);
  } catch (error) {
    // A RangeError is the end of the stack: a schema that refers to itself without going deeper into the data.
    if (error instanceof BudgetSpent || error instanceof RangeError) return 'too much';
    throw error;
  } finally {
    validate.errors = null;
  }
}

function ajvWith(allErrors: boolean): Ajv {
  const ajv = new Ajv2020({
    allErrors,
    verbose: true,
    strict: false,
    ownProperties: true,
    multipleOfPrecision: 9,
    logger: false,
    // Optimizing takes time that grows with the square of the schema.
    code: { regExp: linearPatterns, optimize: false },
    formats: boundedFormats,
  });
  for (const definition of equalityKeywords) {
    ajv.removeKeyword(String(definition.keyword));
    ajv.addKeyword(definition);
  }
  // Before everything that goes on to other subschemas, so that no way of branching is free.
  ajv.addKeyword({ keyword: STEP_KEYWORD, before: '$ref', errors: false, validate: step });
  return ajv;
}

function step(): boolean {
  spend(1);
  return true;
}

const firstFault = ajvWith(false);
const allFaults = ajvWith(true);
