import { z } from 'zod';
import { valueText } from '../../operations/json-text.js';
import { defineOperation } from '../../operations/operation.js';
import { cursor, nextCursor, wholeLimit } from '../../operations/page.js';
import { ended } from '../../operations/texts.js';
import { CHANGED, ETAG, IF_MATCH, IF_NONE_MATCH, UNCHANGED } from '../../server/conditions.js';

/** A place of this list: the name that a page ended at. */
const TYPE_NAME = /^event-types\/[\w.-]{1,128}$/;
const ofOne = {
  params: z.object({ name: z.string().meta({ description: 'The name of the type.' }) }),
  refusals: { 404: "There is no such type in the account's catalogue." },
};

/** A JSON Schema: an object, `true` or `false`. */
const JsonSchema = z.union([z.looseObject({}), z.boolean()]);

const EventType = z
  .object({
    name: z.string().meta({ description: 'What events have as their `type`.' }),
    description: z.string().meta({ description: 'Text for people.' }),
    built_in: z.boolean().meta({ description: 'Every account has it, and it stays.' }),
    schema: JsonSchema.nullable().meta({ description: 'The JSON Schema of its data, as it was written.' }),
    example: z.unknown().meta({
      description:
        'Data of such an event, as it was written: its own, else the first of the `examples` in its schema; null without one.',
    }),
  })
  .meta({
    id: 'EventType',
    examples: [
      {
        name: 'order.paid',
        description: 'An order was paid.',
        built_in: false,
        schema: { type: 'object', required: ['orderId'], properties: { orderId: { type: 'string' } } },
        example: { orderId: '17' },
      },
    ],
  });

const NewEventType = z
  .strictObject({
    description: z.string().nullish().meta({ description: 'Text for people, at most 2,000 characters.' }),
    schema: valueText
      .nullish()
      .meta({ description: 'A JSON Schema (2020-12) that the data of its events must satisfy.' }),
    example: valueText.nullish().meta({
      description: 'Data that the schema takes, at most 64 KiB: shown in the catalogue, and sent as a test event.',
    }),
  })
  .meta({
    id: 'NewEventType',
    examples: [
      {
        description: 'An order was paid.',
        schema: { type: 'object', required: ['orderId'] },
        example: { orderId: '17' },
      },
    ],
  });

export const listEventTypes = defineOperation({
  id: 'listEventTypes',
  tag: 'Event types',
  summary: 'List event types',
  description: 'First the built-in ones, then those of the account by their names.',
  access: 'read_catalogue',
  query: z.strictObject({ limit: wholeLimit, cursor: cursor(TYPE_NAME) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        event_types: z.array(EventType).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const getEventType = defineOperation({
  id: 'getEventType',
  tag: 'Event types',
  summary: 'Get an event type',
  access: 'read_catalogue',
  ...ofOne,
  headers: IF_NONE_MATCH,
  responses: { 200: { description: 'The type with its schema.', schema: EventType, headers: ETAG }, ...UNCHANGED },
});

export const getEventSchema = defineOperation({
  id: 'getEventSchema',
  tag: 'Event types',
  summary: "Get the JSON Schema of a type's data",
  description: 'As it was written; `true`, the one that takes everything, where the type has none.',
  access: 'read_catalogue',
  ...ofOne,
  responses: { 200: { description: 'The schema.', content: { 'application/schema+json': JsonSchema } } },
});

export const deleteEventType = defineOperation({
  id: 'deleteEventType',
  tag: 'Event types',
  summary: 'Delete an event type',
  description:
    'Its schema and example go along; events of it are refused from then on, until it is registered again. What was published before stays.',
  access: 'manage',
  params: ofOne.params,
  headers: IF_MATCH,
  responses: {
    200: { description: 'It is gone.', schema: ended('name', 'The type.') },
  },
  refusals: {
    ...ofOne.refusals,
    ...CHANGED,
    409: 'It is built in, or webhooks (paused and disabled ones, too) or sources name it: the answer says how many.',
  },
});

export const putEventType = defineOperation({
  id: 'putEventType',
  tag: 'Event types',
  summary: 'Register or replace an event type',
  access: 'manage',
  params: ofOne.params,
  body: NewEventType,
  headers: IF_MATCH,
  responses: { 200: { description: 'The type as it is now.', schema: EventType, headers: ETAG } },
  refusals: CHANGED,
});
