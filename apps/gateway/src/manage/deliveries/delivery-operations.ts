import { DeliveryState } from '@sluice/contracts/delivery-commands';
import { z } from 'zod';
import { moment } from '../../operations/moment.js';
import { defineOperation } from '../../operations/operation.js';
import { cursor, limit, nextCursor } from '../../operations/page.js';
import { pathId } from '../../operations/texts.js';
import { DELIVERY_ID, ShownJob } from '../jobs/job-schemas.js';
import { ShownDelivery, WholeDelivery } from './delivery-schemas.js';

/** A moment to the microsecond, or none that is known, and an id. */
const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z|infinity)\/msg_[\w-]{1,64}$/;
const WEBHOOK_WANTED = { error: 'must be the id of a webhook, given once' };
const EVENT_WANTED = { error: 'must be the id of an event, given once' };
/** As long as an attribute of CloudEvents may be here. */
const LONGEST_EVENT_ID = 2_048;

const ofOne = { params: z.object({ id: pathId(DELIVERY_ID, 'The delivery.') }), absent: 'there is no such delivery' };

export const listDeliveries = defineOperation({
  id: 'listDeliveries',
  tag: 'Deliveries',
  summary: 'List deliveries',
  description: "The account's, or one webhook's; the newest first, by when they ended or are due next.",
  access: 'read',
  query: z.strictObject({
    webhook_id: z
      .string(WEBHOOK_WANTED)
      .regex(/^[\w-]{1,64}$/, WEBHOOK_WANTED)
      .optional()
      .meta({ description: 'Those of this webhook alone.' }),
    state: DeliveryState.optional().meta({ description: 'Those in this state alone.' }),
    since: moment.optional().meta({ description: 'Those that ended then or later, or are due next then or later.' }),
    until: moment.optional().meta({ description: 'Those that ended before, or are due next before.' }),
    event_id: z
      .string(EVENT_WANTED)
      .min(1, EVENT_WANTED)
      .max(LONGEST_EVENT_ID, EVENT_WANTED)
      .optional()
      .meta({ description: 'The exact id of the event.' }),
    limit,
    cursor: cursor(PLACE),
  }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        deliveries: z.array(ShownDelivery).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
  refusals: { 404: 'There is no such webhook.' },
});

export const getDelivery = defineOperation({
  id: 'getDelivery',
  tag: 'Deliveries',
  summary: 'Get a delivery',
  access: 'read',
  ...ofOne,
  responses: {
    200: { description: 'With what is sent, its attempts, and what comes next.', schema: WholeDelivery },
  },
});

export const resendDelivery = defineOperation({
  id: 'resendDelivery',
  tag: 'Deliveries',
  summary: 'Send a delivery again',
  description:
    'The same as a job of the kind `resend` with its `delivery_id`. One that is pending makes its next attempt now instead of when its schedule says.',
  access: 'subscribe',
  ...ofOne,
  responses: { 202: { description: 'The job that does it.', schema: ShownJob } },
  refusals: { 409: 'Its webhook is disabled or was deleted.' },
});
