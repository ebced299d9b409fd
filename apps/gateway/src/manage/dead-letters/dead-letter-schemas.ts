import { DeadLetterState, MOST_DEAD_LETTERS } from '@sluice/contracts/dead-letter-commands';
import { z } from 'zod';
import { moment } from '../../operations/moment.js';

const TEXT_WANTED = { error: 'must be a text of 1 to 249 characters' };
const text = z
  .string(TEXT_WANTED)
  .min(1, TEXT_WANTED)
  .max(249, TEXT_WANTED)
  .refine((value) => !value.includes('\0'), TEXT_WANTED);

/** What dead letters are told apart by: as query parameters, and as members of a `filter`. */
export const filterShape = {
  source_id: text.nullish().meta({ description: 'Those of the records of this source.' }),
  topic: text.nullish().meta({ description: 'The topic that the record stood in.' }),
  reason: text.nullish().meta({ description: 'A text that the reason has in it, in small or capital letters.' }),
  since: moment.nullish().meta({ description: 'Recorded from then on.' }),
  until: moment.nullish().meta({ description: 'Recorded before.' }),
};

const IDS_WANTED = { error: `must have from 1 to ${MOST_DEAD_LETTERS} elements` };

/** Some by their ids, or those that a filter lets through. */
const selectionBy = <S extends z.ZodRawShape>(filter: z.ZodObject<S>) =>
  z
    .strictObject({
      ids: z.array(z.string()).min(1, IDS_WANTED).max(MOST_DEAD_LETTERS, IDS_WANTED).nullish(),
      filter: filter.nullish(),
    })
    .refine(({ ids, filter }) => (ids == null) !== (filter == null), {
      path: ['ids'],
      error: 'or filter is required, and one of them alone',
    })
    .meta({ oneOf: [{ required: ['ids'] }, { required: ['filter'] }] });

const examples = [{ ids: ['dlt_5f0c9d0c6a7b4f0e9d57a4a0b1f7c2de'] }, { filter: { reason: 'JSON' } }];

export const WaitingSelection = selectionBy(z.strictObject(filterShape)).meta({ id: 'WaitingDeadLetters', examples });
export const DroppableSelection = selectionBy(
  z.strictObject({ ...filterShape, state: z.enum(['waiting', 'put_back']).nullish() }),
).meta({ id: 'DroppableDeadLetters', examples });

const DONE_BY = 'By the id of a key.';
const LETTER = {
  id: 'dlt_5f0c9d0c6a7b4f0e9d57a4a0b1f7c2de',
  account_id: 'acc_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  state: 'waiting',
  reason: 'the value is not JSON: the text ends where a value should stand, at byte 0',
  at: '2026-03-01T12:00:00.412Z',
  source_id: 'src_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  topic: 'orders.v1',
  partition: 3,
  offset: '41',
  timestamp: '2026-03-01T12:00:00.108Z',
  bytes: 12,
  cut_from: null,
  put_back: null,
  dropped: null,
  former: null,
};

export const ShownLetter = z
  .object({
    id: z.string(),
    account_id: z.string().nullable().meta({ description: 'Null when nobody knows whose it is.' }),
    state: DeadLetterState,
    reason: z.string().meta({ description: 'The field and the cause.' }),
    at: z.iso.datetime(),
    source_id: z.string().nullable(),
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
    timestamp: z.iso.datetime().nullable().meta({ description: "The record's own time." }),
    bytes: z.int().nullable().meta({ description: 'Of the value, as far as it is kept.' }),
    cut_from: z.int().nullable().meta({ description: 'How many bytes the value had, when not all of it was kept.' }),
    put_back: z
      .object({ times: z.int(), at: z.iso.datetime(), by: z.string().meta({ description: DONE_BY }) })
      .nullable(),
    dropped: z.object({ at: z.iso.datetime(), by: z.string().meta({ description: DONE_BY }) }).nullable(),
    former: z
      .object({ id: z.string(), times: z.int() })
      .nullable()
      .meta({ description: 'The one that was put back and came to nothing again as this one.' }),
  })
  .meta({ id: 'DeadLetter', examples: [LETTER] });
export type ShownLetter = z.input<typeof ShownLetter>;

const Bytes = z
  .object({
    base64: z.string(),
    text: z.string().nullable().meta({ description: 'Null where the bytes are not UTF-8.' }),
  })
  .nullable();

export const WholeLetter = ShownLetter.extend({
  key: Bytes,
  headers: z.array(z.object({ name: z.string(), value: Bytes })),
  value: Bytes,
  came_back_as: z
    .string()
    .nullable()
    .meta({ description: 'The newest one that this one became when it was put back.' }),
}).meta({
  id: 'WholeDeadLetter',
  examples: [
    { ...LETTER, key: null, headers: [], value: { base64: 'eyJhIjogMQ==', text: '{"a": 1' }, came_back_as: null },
  ],
});
export type WholeLetter = z.input<typeof WholeLetter>;

const done = {
  failed: z.array(z.object({ id: z.string(), reason: z.string() })),
  more: z.boolean().meta({ description: 'Whether the filter lets more through: ask the same again.' }),
};
export const PutBack = z.object({ put_back: z.array(z.string()), ...done });
export const Dropped = z.object({ dropped: z.array(z.string()), ...done });
