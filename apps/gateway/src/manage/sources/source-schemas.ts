import { BaseId, TableId } from '@sluice/contracts/airtable-ids';
import { SourceColumns, SourceFormat, SourceMapping, sourceTables } from '@sluice/contracts/sources';
import { z } from 'zod';
import { MOMENT_WANTED, readMoment } from '../../operations/moment.js';
import { type JsonSchema, shownAs } from '../../operations/shown-as.js';
import { createdAt, filled } from '../../operations/texts.js';

const START_WANTED = { error: `${MOMENT_WANTED}, or "earliest", or "latest"` };
const startForm: JsonSchema = {
  anyOf: [{ enum: ['earliest', 'latest'] }, { type: 'string', format: 'date-time' }],
};

const start = shownAs(
  startForm,
  z.string(START_WANTED).transform((text, context) => {
    const read = text === 'earliest' || text === 'latest' ? text : readMoment(text);
    if (read !== null) return read;
    context.issues.push({ code: 'custom', message: START_WANTED.error, input: text });
    return z.NEVER;
  }),
).meta({ description: 'Where reading begins; `latest` if nothing is said.' });

/** As which changes of a base rows are told, too. */
const Debezium = z.strictObject({
  base_id: BaseId.meta({ description: 'The base that changes.' }),
  tables: sourceTables(
    z.strictObject({
      table_id: TableId.meta({ description: 'The table of the base.' }),
      fields: SourceColumns.meta({
        description: 'Ids of its fields by the names of columns; a column that is not named is left out.',
      }),
    }),
  ).meta({ description: 'Tables of the base by the names of those of the database, `schema.table`.' }),
});

const description = z.string().nullish().meta({ description: 'For people, at most 500 characters.' });
const mapping = SourceMapping.nullish().meta({
  description: 'Of format `json`: where the attributes of an event are in a record.',
});
const debezium = Debezium.nullish().meta({
  description: 'Of format `debezium`: as which changes of a base rows are told, too.',
});

const format = SourceFormat.meta({ description: 'How records are read.' });

const EXAMPLE = {
  topic: 'shop.orders',
  format: 'json',
  start: 'earliest',
  mapping: { type: { header: 'event' }, id: { pointer: '/id' } },
};

export const NewSource = z
  .strictObject({
    topic: filled.meta({ description: 'On the cluster of the stream.' }),
    format,
    description,
    start: start
      .nullish()
      .meta({ description: 'Where reading begins: a moment, `earliest` or `latest`, which it is if nothing is said.' }),
    mapping,
    debezium,
  })
  .meta({ id: 'NewSource', examples: [EXAMPLE] });
export type NewSource = z.output<typeof NewSource>;

const stays = z.never({ error: "can't be changed: delete the source and create another one" }).optional();

/** What is absent stays, and null takes it away. */
export const SourceChange = z
  .strictObject({ format: format.optional(), description, mapping, debezium, topic: stays, start: stays })
  .meta({ id: 'SourceChange', examples: [{ description: 'Orders of the shop' }] });
export type SourceChange = z.output<typeof SourceChange>;

const Partition = z.object({
  partition: z.int().meta({ description: 'Of the topic.' }),
  position: z.int().meta({ description: 'The offset of the next record to be read.' }),
  end: z.int().meta({ description: 'The offset of the next record to be written.' }),
  lag: z.int().meta({ description: 'Records that are not read yet.' }),
});

/** A source, and how it does. */
export const ShownSource = z
  .object({
    id: z.string().meta({ description: 'Its id.' }),
    topic: z.string().meta({ description: 'On the cluster of the stream.' }),
    format,
    description: z.string().nullable().meta({ description: 'For people.' }),
    mapping: SourceMapping.nullable().meta({
      description: 'Of format `json`: where the attributes of an event are in a record; else null.',
    }),
    debezium: Debezium.nullable().meta({
      description: 'Of format `debezium`: as which changes of a base rows are told, too; else null.',
    }),
    start: shownAs(startForm, z.string()).meta({ description: 'Where reading began.' }),
    status: z.enum(['enabled', 'paused']).meta({ description: 'Whether it is to be read.' }),
    created_at: createdAt,
    updated_at: z.iso.datetime().meta({ description: 'When it was changed last.' }),
    revision: z.int().meta({ description: 'One more with each change.' }),
    running: z.boolean().meta({ description: 'Whether an importer told of it in the last seconds.' }),
    applied_revision: z.int().nullable().meta({ description: 'The lowest that a running importer goes by.' }),
    reported_at: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When an importer told of it last; null when none ever did.' }),
    lag: z
      .int()
      .nullable()
      .meta({ description: 'Records that are not read yet; null while no importer has told of it.' }),
    partitions: z.array(Partition).meta({ description: 'How far it is in each.' }),
    imported: z.int().meta({ description: 'Records that became events.' }),
    dead_letters: z.int().meta({ description: 'Records that could not be read.' }),
    last_error: z
      .object({
        at: z.iso.datetime().meta({ description: 'When.' }),
        message: z.string().meta({ description: 'What went wrong.' }),
      })
      .nullable()
      .meta({ description: 'The newest one; null when there was none, or it is over.' }),
  })
  .meta({
    id: 'Source',
    examples: [
      {
        id: 'src_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
        ...EXAMPLE,
        description: null,
        debezium: null,
        status: 'enabled',
        created_at: '2026-06-01T09:30:00.000Z',
        updated_at: '2026-06-01T09:30:00.000Z',
        revision: 1,
        running: false,
        applied_revision: null,
        reported_at: null,
        lag: null,
        partitions: [],
        imported: 0,
        dead_letters: 0,
        last_error: null,
      },
    ],
  });
export type ShownSource = z.input<typeof ShownSource>;
