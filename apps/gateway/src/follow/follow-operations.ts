import { z } from 'zod';
import { defineOperation } from '../operations/operation.js';
import { filled } from '../operations/texts.js';

const after = filled
  .max(20_000)
  .optional()
  .meta({ description: 'Behind which event to go on; `Last-Event-ID` says the same.' });
const eventType = filled.optional().meta({ description: 'Only events of this type.' });
const headers = {
  'Last-Event-ID': { description: 'The `id` of the last event that was read.', schema: z.string() },
};
const stream = (description: string) => ({
  200: { description, content: { 'text/event-stream': z.string() } },
});

export const followDeliveries = defineOperation({
  id: 'followDeliveries',
  tag: 'Deliveries',
  summary: 'Follow deliveries',
  description:
    'Server-sent events, `delivery`: each delivery of the account as soon as its event is there, whatever becomes of it. From now on, or behind `after`. `position` has only an `id` to go on behind.',
  access: 'read',
  query: z.strictObject({
    after,
    event_type: eventType,
    webhook_id: filled.optional().meta({ description: 'Only those to this webhook.' }),
  }),
  headers,
  responses: stream('It goes on until the reader ends it.'),
});

export const followEvents = defineOperation({
  id: 'followEvents',
  tag: 'Events',
  summary: 'Follow events',
  description:
    'Server-sent events, `event`: each event for the account as it comes. From now on, or behind `after`. `position` has only an `id` to go on behind.',
  access: 'read',
  query: z.strictObject({ after, event_type: eventType }),
  headers,
  responses: stream('It goes on until the reader ends it.'),
});

export const followChanges = defineOperation({
  id: 'followChanges',
  tag: 'Webhooks',
  summary: 'Follow changes',
  description:
    'Server-sent events, `changed`: the ids of webhooks that had outcomes or became something else, and of jobs that went on; at most once a second.',
  access: 'read',
  responses: stream('It goes on until the reader ends it.'),
});
