import { z } from 'zod';
import { BaseId, FieldId, TableId } from './airtable-ids.js';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';
import { ifMatch, tag } from './state-tags.js';

/** Ids tell the order of creation. */
export const SourceId = z.string().regex(/^src_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, {
  error: 'must be a source id: src_ and a ULID',
});

/**
 * How the records of a topic are read.
 * - `cloudevents`: the Kafka binding of CloudEvents 1.0, structured and binary content mode.
 * - `debezium`: a connector's changes, with and without schema envelope, default or flattened.
 * - `json`: anything in JSON; the mapping says where an event's attributes are.
 */
export const SourceFormat = z.enum(['cloudevents', 'debezium', 'json']);
export type SourceFormat = z.infer<typeof SourceFormat>;

const NO_CONTROL = /^\P{Cc}*$/u;
const shortText = (what: string, longest: number) =>
  z
    .string({ error: `must be a string: ${what}` })
    .min(1, { error: `must not be empty: ${what}` })
    .max(longest, { error: `is longer than ${longest} characters` })
    .regex(NO_CONTROL, { error: 'contains control characters' });

/** RFC 6901; the empty one is the whole value. */
const Pointer = z
  .string({ error: 'must be a JSON pointer: "" or "/a/b"' })
  .max(500, { error: 'is longer than 500 characters' })
  .regex(/^(\/([^~/\p{Cc}]|~[01])*)*$/u, { error: 'must be a JSON pointer (RFC 6901): "" or "/a/b"' });

/** Where something is in a record: in its value, in a header, its key as text; or the same in every record. */
export const Place = z.union(
  [
    z.strictObject({
      pointer: Pointer.meta({ description: 'Where in the value: a JSON pointer; the empty one is all of it.' }),
    }),
    z.strictObject({
      header: shortText('the name of a header', 200).meta({ description: 'The header of that name.' }),
    }),
    z.strictObject({ key: z.literal(true).meta({ description: 'The key of the record, as text.' }) }),
    z.strictObject({
      value: shortText('what it is in every record', 500).meta({ description: 'The same in every record.' }),
    }),
  ],
  {
    error: (issue) =>
      issue.input === undefined
        ? 'is required and missing'
        : 'must have exactly one member: {"pointer": "/a/b"}, {"header": "name"}, {"key": true} or {"value": "constant"}',
  },
);
export type Place = z.infer<typeof Place>;

/**
 * Where the attributes of an event are in a record of format `json`. Absent: the `id` is made of topic, partition, offset and
 * timestamp, the `source` is `/topics/` and the topic, there is no `subject`, the `time` is the record's timestamp, and `data`
 * is the whole value.
 */
export const SourceMapping = z.strictObject({
  type: Place.meta({ description: 'Where the type is.' }),
  id: Place.optional().meta({
    description: 'Where the id is; made of topic, partition, offset and timestamp if nothing is said.',
  }),
  source: Place.optional().meta({ description: 'Where the source is; `/topics/` and the topic if nothing is said.' }),
  subject: Place.optional().meta({ description: 'Where the subject is; none if nothing is said.' }),
  time: Place.optional().meta({ description: 'Where the time is; the timestamp of the record if nothing is said.' }),
  data: z
    .strictObject(
      { pointer: Pointer.meta({ description: 'A JSON pointer; the empty one is all of the value.' }) },
      { error: 'must be {"pointer": "/a/b"}: where in the value the data is' },
    )
    .optional()
    .meta({ description: 'Where the data is; the whole value if nothing is said.' }),
});
export type SourceMapping = z.infer<typeof SourceMapping>;

const MOST_TABLES = 200;
const MOST_FIELDS = 500;
/** Fields by the names of columns; a column that is not named is left out. */
export const SourceColumns = z
  .record(shortText('the name of a column', 300), FieldId, {
    error: 'must be an object of field ids by the names of columns',
  })
  .refine((fields) => Object.keys(fields).length <= MOST_FIELDS, { error: `has more than ${MOST_FIELDS} columns` })
  .refine((fields) => new Set(Object.values(fields)).size === Object.keys(fields).length, {
    error: 'names a field for two columns',
  });

/** Tables by their names, `schema.table`. */
export const sourceTables = <T extends z.ZodType>(table: T) =>
  z
    .record(shortText('the name of a table', 300), table, {
      error: 'must be an object of tables by their names, "schema.table"',
    })
    .refine((tables) => Object.keys(tables).length > 0, { error: 'names no table' })
    .refine((tables) => Object.keys(tables).length <= MOST_TABLES, { error: `names more than ${MOST_TABLES} tables` });

/**
 * As which changes of a base the rows of tables are offered too, besides `row.*`. The keys of `tables` are `schema.table`; the
 * id of a record is made of the row's key.
 */
export const DebeziumOptions = z.strictObject({
  baseId: BaseId,
  tables: sourceTables(z.strictObject({ tableId: TableId, fields: SourceColumns })),
});
export type DebeziumOptions = z.infer<typeof DebeziumOptions>;

/**
 * Where a partition begins. A moment is ISO 8601 in UTC: at the first record that has that timestamp or a later one. `latest` is
 * the moment of the source's creation. Timestamps are the producers': of one whose clock is behind, records written just after
 * the moment may be passed over (docs/sources.md, "Start").
 */
export const SourceStart = z.union([z.enum(['earliest', 'latest']), z.iso.datetime()]);
export type SourceStart = z.infer<typeof SourceStart>;

/** A topic of which an account gets the records as events. */
export const Source = z.object({
  id: SourceId,
  /** Whose events its records are, whatever they say. */
  accountId: z.string(),
  /** On the cluster of the stream. Never changes, nor does `start`. */
  topic: z.string(),
  format: SourceFormat,
  /** For people. */
  description: z.string().nullable(),
  /** Of format `json`, null for the others. */
  mapping: SourceMapping.nullable(),
  /** Of format `debezium`; null: no changes of a base. */
  debezium: DebeziumOptions.nullable(),
  start: SourceStart,
  status: z.enum(['enabled', 'paused']),
  /** ISO 8601. */
  createdAt: z.string(),
  updatedAt: z.string(),
  /** From 1; one more with each change of anything above. */
  revision: z.number().int().positive(),
});
export type Source = z.infer<typeof Source>;

/** How far a source is in a partition of its topic. Both are offsets: of the next record to be read, and of the next to be written. */
const PartitionReport = z.object({
  partition: z.number().int().nonnegative(),
  position: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
});

/** What went wrong. `at` is ISO 8601 in UTC; the registry keeps the first 1,000 characters of the message. */
const SourceError = z.object({ at: z.iso.datetime(), message: z.string() });

/** What one importer tells of one source that it runs. */
export const SourceReport = z.object({
  sourceId: SourceId,
  /** Of the configuration that it goes by. */
  revision: z.number().int().positive(),
  /** Those that it has now; others are another importer's. */
  partitions: z.array(PartitionReport),
  /** Since this instance was started: records that became events, and records that became dead letters. */
  imported: z.number().int().nonnegative(),
  deadLetters: z.number().int().nonnegative(),
  /** The newest one; null when there was none, or it is over. */
  lastError: SourceError.nullable(),
});
export type SourceReport = z.infer<typeof SourceReport>;

/** What an account sees of how a source does: the reports of all importers together. */
const SourceProgress = z.object({
  /** Whether an importer told of it in the last seconds. */
  running: z.boolean(),
  /** When one did last: ISO 8601; null when none ever did. */
  reportedAt: z.string().nullable(),
  /** The lowest revision that a running importer goes by; null when none runs. */
  appliedRevision: z.number().int().nullable(),
  /** As last told, in their order, whoever has them; `lag` records are not read yet. */
  partitions: z.array(PartitionReport.extend({ lag: z.number().int().nonnegative() })),
  /** Since the source was created. */
  imported: z.number().int().nonnegative(),
  deadLetters: z.number().int().nonnegative(),
  lastError: SourceError.nullable(),
});
export type SourceProgress = z.infer<typeof SourceProgress>;

/** The tag names the state of the source itself, however it does. */
const ShownSource = z.object({ source: Source, progress: SourceProgress, tag });
export type ShownSource = z.infer<typeof ShownSource>;

/** An admin key of the account. */
const credential = z.string();
const from = z.string().max(200).optional();
const sourceId = z.string();

/** An account's sources. Another account's are as if they did not exist. */
export const sourceCommands = {
  /** A topic that the account may not read is `forbidden`; an installation whose stream is not Kafka answers `conflict`. */
  createSource: {
    request: z.object({
      credential,
      ...Source.pick({ topic: true, format: true, description: true, mapping: true, debezium: true, start: true })
        .shape,
      from,
    }),
    response: resultOf(ShownSource),
  },
  /** The newest first; `before` goes on after the last one of a page, while there are `more`. */
  listSources: {
    request: z.object({ credential, limit: z.number().int().min(1).max(1_000), before: z.string().optional() }),
    response: resultOf(z.object({ sources: z.array(ShownSource), more: z.boolean() })),
  },
  getSource: { request: z.object({ credential, sourceId }), response: resultOf(ShownSource) },
  /** Changes the members that are given. Options of a format that it has no more go with it. */
  updateSource: {
    request: z.object({
      credential,
      sourceId,
      ...Source.pick({ format: true, description: true, mapping: true, debezium: true }).partial().shape,
      ifMatch,
      from,
    }),
    response: resultOf(ShownSource),
  },
  /** `pause` stops reading where it is, `resume` goes on from there. What is so already stays so. */
  switchSource: {
    request: z.object({ credential, sourceId, turn: z.enum(['pause', 'resume']), from }),
    response: resultOf(ShownSource),
  },
  deleteSource: { request: z.object({ credential, sourceId, ifMatch, from }), response: resultOf(z.object({})) },
  /**
   * From each importer, every 2 s: what it runs. Answers what there is, of all accounts: in full what is new to the importer
   * or has another revision than it reports, by ids alone what is as it reports. What is in neither is deleted. `instance`
   * is another one after each start.
   */
  syncSources: {
    request: z.object({ instance: z.string().min(1).max(200), reports: z.array(SourceReport) }),
    response: z.object({ sources: z.array(Source), unchanged: z.array(z.string()) }),
  },
} satisfies CommandTable;

export type Sources = Commands<typeof sourceCommands>;
