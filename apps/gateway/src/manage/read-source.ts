import { DebeziumOptions, SourceFormat, SourceMapping, type SourceStart } from '@sluice/contracts/sources';
import type { z } from 'zod';
import { Fault } from '../refusals/fault.js';
import type { JsonMembers } from '../server/json-body.js';
import { MOMENT_WANTED, readMoment } from './moment.js';

const UNCHANGING = ['topic', 'start'] as const;
const OPTIONS = ['format', 'description', 'mapping', 'debezium'] as const;
/** Of what is wrong with a mapping as much is told. */
const FAULTS_TOLD = 5;

/** `{topic, format, description?, start?, mapping?, debezium?}`: a source to be created, from the `latest` if nothing is said. */
export function readNewSource(body: JsonMembers) {
  body.only(...UNCHANGING, ...OPTIONS).demand('topic', 'format');
  return {
    topic: body.string('topic'),
    format: body.oneOf('format', SourceFormat.options),
    description: body.optionalString('description'),
    start: readStart(body),
    mapping: readMapping(body),
    debezium: readDebezium(body),
  };
}

/** `{format?, description?, mapping?, debezium?}`: what is absent stays, and null takes it away. */
export function readSourceChange(body: JsonMembers) {
  const unchanging = UNCHANGING.find((name) => isGiven(body, name));
  if (unchanging !== undefined)
    throw body.fault(unchanging, "can't be changed: delete the source and create another one");
  body.only(...OPTIONS);
  return {
    ...(isGiven(body, 'format') ? { format: body.oneOf('format', SourceFormat.options) } : {}),
    ...(isGiven(body, 'description') ? { description: body.optionalString('description') } : {}),
    ...(isGiven(body, 'mapping') ? { mapping: readMapping(body) } : {}),
    ...(isGiven(body, 'debezium') ? { debezium: readDebezium(body) } : {}),
  };
}

/** Also with null. */
const isGiven = (body: JsonMembers, name: string): boolean => body.value(name) !== undefined;

function readStart(body: JsonMembers): SourceStart {
  if (!body.has('start')) return 'latest';
  const text = body.string('start');
  const start = text === 'earliest' || text === 'latest' ? text : readMoment(text);
  if (start === null) throw body.fault('start', `${MOMENT_WANTED}, or "earliest", or "latest"`);
  return start;
}

function readMapping(body: JsonMembers): SourceMapping | null {
  const mapping = body.optionalObject('mapping');
  return mapping === null ? null : read(SourceMapping, mapping, (path) => ['mapping', ...path]);
}

/** `{base_id, tables: {"schema.table": {table_id, fields: {column: field id}}}}`. */
function readDebezium(body: JsonMembers): DebeziumOptions | null {
  if (!body.has('debezium')) return null;
  const options = body.object('debezium').only('base_id', 'tables').demand('base_id', 'tables');
  const tables = options.object('tables');
  const named = tables.names().map((name): [string, unknown] => {
    const table = tables.object(name).only('table_id', 'fields').demand('table_id', 'fields');
    return [name, { tableId: table.value('table_id'), fields: table.value('fields') }];
  });
  const candidate = { baseId: options.value('base_id'), tables: Object.fromEntries(named) };
  return read(DebeziumOptions, candidate, debeziumPath);
}

/** Where that is in the body. */
const debeziumPath = ([option, ...path]: PropertyKey[]): PropertyKey[] => {
  if (option === 'baseId') return ['debezium', 'base_id'];
  const [table, member, ...rest] = path;
  return ['debezium', 'tables', ...(member === 'tableId' ? [table!, 'table_id', ...rest] : path)];
};

/** @throws {Fault} 400 with what is wrong, each with its path in the body. */
function read<S extends z.ZodType>(
  schema: S,
  value: unknown,
  pathOf: (path: PropertyKey[]) => PropertyKey[],
): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .flatMap((issue) =>
      faultsOf(issue).map(({ path, message }) => ({ path: pathOf(path).map(String).join('.'), message })),
    )
    .slice(0, FAULTS_TOLD);
  throw new Fault(400, errors.map(({ path, message }) => `${path} ${message}`).join('; '), { errors });
}

function faultsOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known here' }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path: issue.path, message: issue.issues[0]?.message ?? 'can not be called so' }];
  }
  if (issue.input === undefined) return [{ path: issue.path, message: 'is required and missing' }];
  return [{ path: issue.path, message: issue.message }];
}
