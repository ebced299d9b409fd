import { z } from 'zod';
import { eventMembers } from '../../operations/event-members.js';
import { defineOperation } from '../../operations/operation.js';
import { limitUpTo } from '../../operations/page.js';
import { filled } from '../../operations/texts.js';
import { Trail } from './trail-schema.js';

const named = z.strictObject({
  source: filled.meta({ description: 'The `source` of the event, percent-encoded.' }),
  id: filled.meta({ description: 'The `id` of the event, percent-encoded.' }),
});
const MOST_RECENT = 100;

export const getTrail = defineOperation({
  id: 'getTrail',
  tag: 'Events',
  summary: 'Get what became of an event',
  description:
    'With `source` of the one event, without it of all events of that id. What was accepted a moment ago is waited for, up to a second.',
  access: 'read',
  query: z.strictObject({
    source: filled.optional().meta({ description: 'Percent-encoded.' }),
    id: filled.meta({ description: 'Percent-encoded.' }),
  }),
  responses: {
    200: {
      description: 'The trail, or the list of them.',
      schema: z.union([
        Trail,
        z.object({
          events: z.array(Trail).meta({ description: 'One for each event of that id: the newest 20.' }),
          more: z.boolean().meta({ description: 'Whether there are more of them.' }),
        }),
      ]),
    },
  },
  refusals: { 404: 'Nothing is known of the event.' },
});

export const listRecentEvents = defineOperation({
  id: 'listRecentEvents',
  tag: 'Events',
  summary: 'List recent events',
  description: "The newest of a type, or of all of the account's types, the newest first.",
  access: 'read',
  query: z.strictObject({
    event_type: filled.optional().meta({ description: 'Those of this type alone.' }),
    limit: limitUpTo(MOST_RECENT, MOST_RECENT),
  }),
  responses: {
    200: {
      description: 'The events.',
      schema: z.object({
        events: z
          .array(
            z.object({
              ...eventMembers,
              data: z.string().nullable().meta({ description: 'As it was published; null where it is not kept.' }),
            }),
          )
          .meta({ description: 'The newest first.' }),
      }),
    },
  },
});

export const getEventData = defineOperation({
  id: 'getEventData',
  tag: 'Events',
  summary: 'Get an event with its data',
  description: 'As long as the data is kept.',
  access: 'read',
  query: named,
  responses: {
    200: {
      description: 'The event.',
      schema: z.object({
        ...eventMembers,
        data: z.string().meta({ description: 'As it was published.' }),
        data_encoding: z.enum(['utf8', 'base64']).meta({ description: '`base64` where the data is no UTF-8.' }),
      }),
    },
  },
  refusals: { 404: 'Nothing is known of the event, or its data is no longer kept.' },
});
