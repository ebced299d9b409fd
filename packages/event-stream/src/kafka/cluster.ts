import type { Cluster } from 'kafkajs';
import type { KafkaClient } from './client.js';

/** The cluster behind a consumer that never joins anything: what kafkajs has no call of its own for is asked there. */
export function clusterOf({ kafka }: KafkaClient): Cluster {
  let found: Cluster | null = null;
  kafka.consumer({
    groupId: 'never joined',
    allowAutoTopicCreation: false,
    retry: { retries: 0 },
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster;
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  if (found === null) throw new Error('kafkajs does not hand out its cluster any more');
  return found;
}
