import type { PublishedEvent } from '@sluice/testing/stack/sluice-client';

/** Bytes of every event's data. */
export const EVENT_BYTES = 1_024;
export const EVENT_TYPE = 'follow.created';
export const SOURCE = '/bench';

/** A dozen members of ordinary text beside those that the type's schema demands: parsing has something to do. */
const MEMBERS = Object.fromEntries(
  Array.from({ length: 12 }, (_, number) => [`attribute_${number}`, `text of member ${number}, as long as a name`]),
);

/** An event of exactly {@link EVENT_BYTES} of data, told apart by its id; who follows whom is what filters look at. */
export function benchEvent(id: string, follower: string, following: string): PublishedEvent {
  const data = {
    id,
    dappName: 'farcaster',
    dappSlug: 'farcaster_v2_optimism',
    eventTimestamp: '2024-06-06T09:21:37Z',
    followerProfileId: follower,
    followingProfileId: following,
    followerSince: '2024-06-06T09:21:35Z',
    ...MEMBERS,
    rest: '',
  };
  const rest = EVENT_BYTES - Buffer.byteLength(JSON.stringify(data));
  if (rest < 0) throw new Error(`the event ${id} is larger than ${EVENT_BYTES} bytes`);
  return { id, source: SOURCE, type: EVENT_TYPE, data: { ...data, rest: 'x'.repeat(rest) } };
}
