import { DeadLetterState } from '@sluice/contracts/dead-letter-commands';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { cursor, limit, nextCursor } from '../../operations/page.js';
import { ended, pathId } from '../../operations/texts.js';
import {
  DroppableSelection,
  Dropped,
  filterShape,
  PutBack,
  ShownLetter,
  WaitingSelection,
  WholeLetter,
} from './dead-letter-schemas.js';

const LETTER_ID = /^dlt_[0-9a-f]{32}$/;
/** A moment to the microsecond, a partition and a position of ours. */
const PLACE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\/\d{1,10}\/\d{1,19}$/;
const ofOne = {
  params: z.object({ id: pathId(LETTER_ID, 'The dead letter.') }),
  absent: 'there is no such dead letter',
};

export const listDeadLetters = defineOperation({
  id: 'listDeadLetters',
  tag: 'Dead letters',
  summary: 'List dead letters',
  description: 'The newest first; dropped ones only where `state` says so.',
  access: 'inspect',
  query: z.strictObject({
    ...filterShape,
    state: DeadLetterState.optional().meta({ description: 'Those in this state alone.' }),
    limit,
    cursor: cursor(PLACE),
  }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        dead_letters: z.array(ShownLetter).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const getDeadLetter = defineOperation({
  id: 'getDeadLetter',
  tag: 'Dead letters',
  summary: 'Get a dead letter',
  access: 'inspect',
  ...ofOne,
  responses: { 200: { description: 'With all that is kept of its record.', schema: WholeLetter } },
});

export const putBackDeadLetters = defineOperation({
  id: 'putBackDeadLetters',
  tag: 'Dead letters',
  summary: 'Put dead letters back',
  description: 'Their records are published again, up to 1,000 and 16 MiB of them at once, the oldest first.',
  access: 'publish',
  body: WaitingSelection,
  responses: { 200: { description: 'What was done.', schema: PutBack } },
  refusals: { 404: 'There are no such dead letters.' },
});

export const dropDeadLetters = defineOperation({
  id: 'dropDeadLetters',
  tag: 'Dead letters',
  summary: 'Drop dead letters',
  description: 'Their bytes are forgotten.',
  access: 'publish',
  body: DroppableSelection,
  responses: { 200: { description: 'What was done.', schema: Dropped } },
  refusals: { 404: 'There are no such dead letters.' },
});

export const putBackDeadLetter = defineOperation({
  id: 'putBackDeadLetter',
  tag: 'Dead letters',
  summary: 'Put a dead letter back',
  description: 'Its record is published again.',
  access: 'publish',
  ...ofOne,
  responses: {
    200: {
      description: 'It is put back.',
      schema: z.object({
        id: z.string().meta({ description: 'The dead letter.' }),
        put_back: z.literal(true).meta({ description: 'It is so.' }),
      }),
    },
  },
  refusals: { 409: 'It was dropped, or not enough of it is kept.' },
});

export const dropDeadLetter = defineOperation({
  id: 'dropDeadLetter',
  tag: 'Dead letters',
  summary: 'Drop a dead letter',
  description: 'Its bytes are forgotten; that it was there is known for a while.',
  access: 'publish',
  ...ofOne,
  responses: {
    200: { description: 'It is dropped.', schema: ended('id', 'The dead letter.', 'dropped') },
  },
  refusals: { 409: 'It can not be dropped as it is.' },
});
