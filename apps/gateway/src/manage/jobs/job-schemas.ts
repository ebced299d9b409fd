import { z } from 'zod';
import { moment } from '../../operations/moment.js';
import { createdAt, filled } from '../../operations/texts.js';
import { startFrom } from './start-from.js';

const MOST_WEBHOOKS = 100;
/** Deliveries a second. */
const HIGHEST_RATE = 10_000;
const LOWEST_RATE = 0.01;
export const DELIVERY_ID = /^msg_[\w-]{1,64}$/;
const DELIVERY_WANTED = { error: 'must be the id of a delivery: msg_…' };
const RATE_WANTED = { error: `must be from ${LOWEST_RATE} to ${HIGHEST_RATE} deliveries a second` };
const WEBHOOKS_WANTED = { error: `must have from 1 to ${MOST_WEBHOOKS} elements` };
const States = z.enum(['exhausted', 'cancelled']);

const rate = z
  .number()
  .min(LOWEST_RATE, RATE_WANTED)
  .max(HIGHEST_RATE, RATE_WANTED)
  .nullish()
  .meta({ description: 'Deliveries a second at most; 1,000 if nothing is said.' });
const webhookIds = z
  .array(filled)
  .min(1, WEBHOOKS_WANTED)
  .max(MOST_WEBHOOKS, WEBHOOKS_WANTED)
  .meta({ description: 'The webhooks that get them.' });
const resend = z.literal('resend').meta({ description: 'What is to be done.' });
const states = z.array(States).min(1, { error: `must have at least one of ${States.options.join(', ')}` });

const ResendOne = z
  .strictObject({
    kind: resend,
    delivery_id: z.string(DELIVERY_WANTED).regex(DELIVERY_ID, DELIVERY_WANTED).meta({ description: 'The delivery.' }),
    rate,
  })
  .meta({ title: 'Resend one', description: 'Sends a delivery that has ended once more.' });

const ResendSome = z
  .strictObject({
    kind: resend,
    webhook_ids: webhookIds,
    since: moment.meta({ description: 'Those that ended since then.' }),
    states: states.nullish().meta({ description: 'How they ended; `exhausted` if nothing is said.' }),
    rate,
  })
  .meta({ title: 'Resend some', description: 'Sends the deliveries of webhooks again that ended so.' });

const Replay = z
  .strictObject({
    kind: z.literal('replay').meta({ description: 'What is to be done.' }),
    webhook_ids: webhookIds,
    from: moment.meta({ description: 'Events that were accepted then or later.' }),
    to: moment.nullish().meta({ description: 'Excluded; without it, until now.' }),
    as: z.enum(['itself', 'new']).meta({
      description:
        '`itself`: with the ids that the deliveries would have had; `new`: with ids that no receiver has seen.',
    }),
    rate,
  })
  .meta({
    title: 'Replay',
    description: 'Sends what webhooks match now of the events that were accepted in that time.',
  });

const Backfill = z
  .strictObject({
    kind: z.literal('backfill').meta({ description: 'What is to be done.' }),
    webhook_id: filled.meta({ description: 'The webhook that gets them.' }),
    start_from: startFrom,
    rate,
  })
  .meta({
    title: 'Backfill',
    description: 'Brings a webhook what it matches now, and has not got, of what was accepted since.',
  });

const TryNow = z
  .strictObject({
    kind: z.literal('try_now').meta({ description: 'What is to be done.' }),
    webhook_ids: webhookIds.meta({ description: 'The webhooks whose deliveries wait.' }),
    rate,
  })
  .meta({
    title: 'Try now',
    description: 'What waits for its next attempt makes it now, instead of when its schedule says.',
  });

/** What is to be done by hand, as it is asked for. */
export const NewJob = z.union([ResendOne, ResendSome, Replay, Backfill, TryNow]).meta({
  id: 'NewJob',
  examples: [
    { kind: 'resend', delivery_id: 'msg_YJA1kmb1NxysC3hPZjE_OsujSit6eX2Q' },
    { kind: 'resend', webhook_ids: ['01M1Q5C7K8T3ZVXG6Q0W2R9D4E'], since: '2026-03-01T00:00:00Z' },
    {
      kind: 'replay',
      webhook_ids: ['01M1Q5C7K8T3ZVXG6Q0W2R9D4E'],
      from: '2026-03-01T00:00:00Z',
      to: '2026-03-02T00:00:00Z',
      as: 'itself',
    },
    { kind: 'backfill', webhook_id: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E', start_from: '2026-03-01T00:00:00Z' },
    { kind: 'try_now', webhook_ids: ['01M1Q5C7K8T3ZVXG6Q0W2R9D4E'] },
  ],
});
export type NewJob = z.output<typeof NewJob>;

/** A job as it is shown, with what was asked for. */
export const ShownJob = z
  .object({
    id: z.string().meta({ description: 'Its id.' }),
    kind: z.enum(['resend', 'replay', 'backfill', 'try_now']).meta({ description: 'What it does.' }),
    webhook_ids: z.array(z.string()).meta({ description: 'The webhooks that get something.' }),
    delivery_id: z.string().optional().meta({ description: 'Of a resend of one: the delivery.' }),
    states: z.array(States).optional().meta({ description: 'Of a resend of some: how they had ended.' }),
    since: z.iso.datetime().optional().meta({ description: 'Of a resend of some: since when they had ended.' }),
    from: z.iso.datetime().optional().meta({ description: 'Of a replay: from when on its events were accepted.' }),
    to: z.iso
      .datetime()
      .nullable()
      .optional()
      .meta({ description: 'Of a replay: until when, excluded; null: until it was created.' }),
    as: z
      .enum(['itself', 'new'])
      .optional()
      .meta({ description: 'Of a replay: with the ids that the deliveries would have had, or new ones.' }),
    start_from: z.string().optional().meta({ description: 'Of a backfill: a moment, or `earliest`.' }),
    rate: z.number().meta({ description: 'Deliveries a second at most.' }),
    state: z
      .enum(['running', 'done', 'cancelled', 'failed'])
      .meta({ description: '`cancelled` by hand, or because its webhooks were deleted or disabled.' }),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'Of a running one what it waits for, of any other why it ended.' }),
    progress: z
      .object({
        total: z.int().nullable().meta({ description: 'How much there is to look at; null until that is known.' }),
        done: z.int().meta({ description: 'How much was looked at.' }),
        inserted: z.int().meta({ description: 'How many deliveries are pending, or due, because of it.' }),
        not_possible: z.int().meta({ description: 'How many could not be; `notes` say why.' }),
      })
      .meta({ description: 'How far it is.' }),
    notes: z.array(z.string()).meta({ description: 'Why some are not possible.' }),
    created_at: createdAt,
    ended_at: z.iso.datetime().nullable().meta({ description: 'Null while it is running.' }),
  })
  .meta({
    id: 'Job',
    examples: [
      {
        id: 'job_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
        kind: 'resend',
        webhook_ids: ['01M1Q5C7K8T3ZVXG6Q0W2R9D4E'],
        states: ['exhausted'],
        since: '2026-03-01T00:00:00.000Z',
        rate: 1000,
        state: 'running',
        reason: null,
        progress: { total: 12000, done: 3500, inserted: 3498, not_possible: 2 },
        notes: ['its event is no longer kept'],
        created_at: '2026-03-05T09:00:00.000Z',
        ended_at: null,
      },
    ],
  });
export type ShownJob = z.input<typeof ShownJob>;
