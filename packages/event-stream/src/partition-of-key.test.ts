import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { partitionOfKey } from './partition-of-key.js';

describe('partitionOfKey', () => {
  it('agrees with the default partitioner of a Kafka client for any key', () => {
    const kafkas = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (key, count) => {
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
          partitionId,
          leader: 0,
          isr: [],
          replicas: [],
          partitionErrorCode: 0,
        }));
        const message = { key: Buffer.from(key), value: null };
        expect(partitionOfKey(key, count)).toBe(kafkas({ topic: 't', partitionMetadata, message }));
      }),
    );
  });

  it('reads a key that is a window into a larger buffer', () => {
    const key = Buffer.from('xaccount/42x').subarray(1, 11);
    expect(partitionOfKey(key, 32)).toBe(partitionOfKey(Buffer.from('account/42'), 32));
  });
});
