import { z } from 'zod';
import { eventIdentity } from '../../operations/event-members.js';
import { valueText } from '../../operations/json-text.js';
import { defineOperation } from '../../operations/operation.js';

const NewTestEvent = z
  .strictObject({
    data: valueText.nullish().meta({
      description:
        "The event's data; without it, the example of its type: the type's own, else the first one in its schema.",
    }),
  })
  .meta({ id: 'NewTestEvent', examples: [{}, { data: { orderId: '7' } }] });

export const TestEvent = z
  .object({
    delivery_id: z.string().meta({ description: 'The delivery of it.' }),
    event: z.object(eventIdentity).meta({ description: 'The event.' }),
  })
  .meta({
    id: 'TestEvent',
    examples: [
      {
        delivery_id: 'msg_6VvQmB3tXc0pRz1kN8uYh2eWj5sLfAoD',
        event: { source: '/sluice/test', id: 'test_01M1Q5C7K8T3ZVXG6Q0W2R9D4E' },
      },
    ],
  });

export const sendTestEvent = defineOperation({
  id: 'sendTestEvent',
  tag: 'Webhooks',
  summary: 'Send a test event',
  description:
    'An event from the source `/sluice/test` is delivered to this webhook alone, whatever its filter: signed, recorded and tried again like any other.',
  access: 'subscribe',
  params: z.object({ id: z.string().meta({ description: 'The webhook.' }) }),
  body: NewTestEvent,
  responses: { 202: { description: 'It is on its way.', schema: TestEvent } },
  refusals: {
    404: 'There is no such webhook.',
    409: 'It is paused or disabled.',
  },
});
