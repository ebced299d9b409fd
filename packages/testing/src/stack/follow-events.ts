import type { PublishedEvent } from './sluice-client.js';

export const SOURCE = '/e2e';

const ID = 'follow-';

/** A follow.created event as Airstack documented them, told apart by its number. */
export const follow = (number: number, subject?: string): PublishedEvent => ({
  id: `${ID}${number}`,
  source: SOURCE,
  type: 'follow.created',
  ...(subject === undefined ? {} : { subject }),
  data: {
    id: `${ID}${number}`,
    dappName: 'farcaster',
    dappSlug: 'farcaster_v2_optimism',
    eventTimestamp: '2024-06-06T09:21:37Z',
    followerProfileId: String(number),
    followingProfileId: '2602',
    followerSince: '2024-06-06T09:21:35Z',
  },
});

/** The number of the `follow` with that id. */
export const numberOf = (id: string): number => Number(id.slice(ID.length));
