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
      ids: z
        .array(z.string())
        .min(1, IDS_WANTED)
        .max(MOST_DEAD_LETTERS, IDS_WANTED)
        .nullish()
        .meta({ description: 'These; or else `filter`.' }),
      filter: filter.nullish().meta({ description: 'All that it lets through; or else `ids`.' }),
    })
    .refine(({ ids, filter }) => (ids == null) !== (filter == null), {
      path: ['ids'],
      error: 'or filter is required, and one of them alone',
    })
    .meta({ oneOf: [{ required: ['ids'] }, { required: ['filter'] }] });

const examples = [{ ids: ['dlt_5f0c9d0c6a7b4f0e9d57a4a0b1f7c2de'] }, { filter: { reason: 'JSON' } }];

export const WaitingSelection = selectionBy(z.strictObject(filterShape)).meta({ id: 'WaitingDeadLetters', examples });
export const DroppableSelection = selectionBy(
  z.strictObject({
    ...filterShape,
    state: z.enum(['waiting', 'put_back']).nullish().meta({ description: 'Those in this state alone.' }),
  }),
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
    id: z.string().meta({ description: 'Its id.' }),
    account_id: z.string().nullable().meta({ description: 'Null when nobody knows whose it is.' }),
    state: DeadLetterState.meta({ description: '`put_back`: published again; `dropped`: its bytes are forgotten.' }),
    reason: z.string().meta({ description: 'The field and the cause.' }),
    at: z.iso.datetime().meta({ description: 'When it was recorded.' }),
    source_id: z.string().nullable().meta({ description: 'The source that it was read for; null when it was none.' }),
    topic: z.string().meta({ description: 'Where the record stood.' }),
    partition: z.int().meta({ description: 'Of the topic.' }),
    offset: z.string().meta({ description: 'In the partition.' }),
    timestamp: z.iso.datetime().nullable().meta({ description: "The record's own time." }),
    bytes: z.int().nullable().meta({ description: 'Of the value, as far as it is kept.' }),
    cut_from: z.int().nullable().meta({ description: 'How many bytes the value had, when not all of it was kept.' }),
    put_back: z
      .object({
        times: z.int().meta({ description: 'How often.' }),
        at: z.iso.datetime().meta({ description: 'When last.' }),
        by: z.string().meta({ description: DONE_BY }),
      })
      .nullable()
      .meta({ description: 'Null when it never was.' }),
    dropped: z
      .object({ at: z.iso.datetime().meta({ description: 'When.' }), by: z.string().meta({ description: DONE_BY }) })
      .nullable()
      .meta({ description: 'Null when it was not.' }),
    former: z
      .object({
        id: z.string().meta({ description: 'Its id.' }),
        times: z.int().meta({ description: 'How often it was put back.' }),
      })
      .nullable()
      .meta({ description: 'The one that was put back and came to nothing again as this one.' }),
  })
  .meta({ id: 'DeadLetter', examples: [LETTER] });
export type ShownLetter = z.input<typeof ShownLetter>;

const Bytes = z
  .object({
    base64: z.string().meta({ description: 'The bytes.' }),
    text: z.string().nullable().meta({ description: 'Null where the bytes are not UTF-8.' }),
  })
  .nullable();

export const WholeLetter = ShownLetter.extend({
  key: Bytes.meta({ description: 'The key of the record; null without one.' }),
  headers: z
    .array(
      z.object({
        name: z.string().meta({ description: 'Its name.' }),
        value: Bytes.meta({ description: 'Its value; null without one.' }),
      }),
    )
    .meta({ description: 'The headers of the record, in their order.' }),
  value: Bytes.meta({
    description: 'The value of the record, as far as it is kept; null without one, and once it was dropped.',
  }),
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
  failed: z
    .array(
      z.object({
        id: z.string().meta({ description: 'The dead letter.' }),
        reason: z.string().meta({ description: 'Why.' }),
      }),
    )
    .meta({ description: 'Those with which it can not be done.' }),
  more: z.boolean().meta({ description: 'Whether the filter lets more through: ask the same again.' }),
};
export const PutBack = z.object({
  put_back: z.array(z.string()).meta({ description: 'The ids of those that are put back.' }),
  ...done,
});
export const Dropped = z.object({
  dropped: z.array(z.string()).meta({ description: 'The ids of those that are dropped.' }),
  ...done,
});
