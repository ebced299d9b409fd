import { z } from 'zod';

/** What an event is known by. */
export const eventIdentity = {
  source: z.string().meta({ description: 'The `source` of the event.' }),
  id: z.string().meta({ description: 'The `id` of the event.' }),
};

export const acceptedAt = z.iso.datetime().meta({ description: 'When the stream had stored it.' });

/** What is said of an event wherever it is shown. */
export const eventMembers = {
  ...eventIdentity,
  type: z.string().meta({ description: 'Its type.' }),
  accepted_at: acceptedAt,
};
