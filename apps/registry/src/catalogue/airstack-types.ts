import type { EventType } from '@sluice/contracts/registry-commands';
import { followExample, profileExample } from './airstack-examples.js';

/**
 * The event types of Airstack's that every account has: contract airstack, "Event data of the default catalogue". What it says of a
 * member's type is demanded (ids are strings, times are ISO 8601); members beyond it are welcome; a profile's descriptive
 * members may be absent or null, as not every network has them.
 */

const text = { type: 'string' };
const time = { type: 'string', format: 'date-time' };
const textOrNull = { type: ['string', 'null'] };
const flagOrNull = { type: ['boolean', 'null'] };
const countOrNull = { type: ['integer', 'null'] };
const blockNumber = { type: ['integer', 'string', 'null'] };

const follow = {
  type: 'object',
  required: [
    'id',
    'dappName',
    'dappSlug',
    'eventTimestamp',
    'followerProfileId',
    'followingProfileId',
    'followerSince',
  ],
  properties: {
    id: text,
    dappName: text,
    dappSlug: text,
    eventTimestamp: time,
    followerProfileId: text,
    followingProfileId: text,
    followerSince: time,
    blockchain: textOrNull,
    blockNumber,
  },
  examples: [followExample],
};

const profile = {
  type: 'object',
  required: ['id', 'eventTimestamp', 'dappName', 'dappSlug', 'userId'],
  properties: {
    id: text,
    eventTimestamp: time,
    dappName: text,
    dappSlug: text,
    blockchain: textOrNull,
    userId: text,
    userAddress: textOrNull,
    userAssociatedAddresses: { type: ['array', 'null'], items: text },
    isDefault: flagOrNull,
    profileName: textOrNull,
    profileTokenId: textOrNull,
    profileTokenIdHex: textOrNull,
    profileTokenAddress: textOrNull,
    profileCreatedAtBlockNumber: blockNumber,
    profileCreatedAtBlockTimestamp: { anyOf: [time, { type: 'null' }] },
    profileTokenUri: textOrNull,
    userRecoveryAddress: textOrNull,
    profileMetadata: true,
    coverImageURI: textOrNull,
    twitterUserName: textOrNull,
    location: textOrNull,
    website: textOrNull,
    profileImageContentValue: true,
    isFarcasterPowerUser: flagOrNull,
    followingCount: countOrNull,
    followerCount: countOrNull,
    profileBio: textOrNull,
    profileDisplayName: textOrNull,
    profileImage: textOrNull,
    socialCapital: {
      type: ['object', 'null'],
      properties: {
        socialCapitalScore: { type: ['number', 'null'] },
        socialCapitalRank: countOrNull,
      },
    },
  },
  examples: [profileExample],
};

const builtIn = (name: string, description: string, schema: object): EventType => ({
  name,
  description,
  schema: JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }),
  example: null,
  builtIn: true,
});

export const airstackTypes: readonly EventType[] = [
  builtIn('profile.created', 'A profile was created.', profile),
  builtIn('profile.updated', 'A profile was updated.', profile),
  builtIn('follow.created', 'A profile began to follow another one.', follow),
  builtIn('follow.deleted', 'A profile stopped following another one.', follow),
];
