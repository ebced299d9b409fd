import kafkajs, { type Admin } from 'kafkajs';
import type { TopicSettings } from './settings.js';

/** The largest record that is published: an event's data are at most 1 MiB. */
export const recordBytesLimit = 4 * 1024 * 1024;
const batchOverheadBytes = 64 * 1024;
const hourMs = 3_600_000;

/** A topic that a program needs. */
export interface WantedTopic {
  topic: string;
  partitions: number;
}

/** One setting of a topic: what it is set to at creation, and what other values do as well. */
interface Setting {
  name: string;
  value: string;
  /** Of values that do as well, in words; absent where only the value itself does. */
  atLeast?: number;
}

/** What a topic of ours is set to: what the adapter needs beyond the brokers' defaults, and what the operator chose. */
function settingsOf({ minInsyncReplicas, retentionHours, compression }: Partial<TopicSettings>): Setting[] {
  const largest = recordBytesLimit + batchOverheadBytes;
  return [
    { name: 'max.message.bytes', value: String(largest), atLeast: largest },
    // "appended at" and "positions at a time" mean the log's clock, not a publisher's.
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    // Two events under one key are two events.
    { name: 'cleanup.policy', value: 'delete' },
    ...(minInsyncReplicas === undefined ? [] : [{ name: 'min.insync.replicas', value: String(minInsyncReplicas) }]),
    ...(retentionHours === undefined ? [] : [{ name: 'retention.ms', value: String(retentionHours * hourMs) }]),
    ...(compression === undefined ? [] : [{ name: 'compression.type', value: compression }]),
  ];
}

/** What kafkajs is told to create. */
export const creationOf = ({ topic, partitions }: WantedTopic, settings: Partial<TopicSettings> = {}) => ({
  topic,
  numPartitions: partitions,
  // -1 is the brokers' default.
  replicationFactor: settings.replicationFactor ?? -1,
  configEntries: settingsOf(settings).map(({ name, value }) => ({ name, value })),
});

/** Which topics have another number of partitions, one sentence each. */
export async function partitionDifferences(admin: Admin, wanted: readonly WantedTopic[]): Promise<string[]> {
  const counts = new Map((await described(admin, wanted)).map(({ name, partitions }) => [name, partitions.length]));
  return wanted.flatMap(({ topic, partitions }) => {
    const count = counts.get(topic);
    if (count === partitions) return [];
    return [`topic ${topic} has ${count} partitions, not ${partitions}: their number is fixed at its creation`];
  });
}

/** All in which the topics differ from the settings, one sentence for each topic and setting. */
export async function topicDifferences(
  admin: Admin,
  wanted: readonly WantedTopic[],
  settings: Partial<TopicSettings> = {},
): Promise<string[]> {
  if (wanted.length === 0) return [];
  const differences = await partitionDifferences(admin, wanted);
  if (settings.replicationFactor !== undefined) {
    for (const { name, partitions } of await described(admin, wanted)) {
      const replicas = partitions[0]?.replicas.length;
      if (replicas === settings.replicationFactor) continue;
      differences.push(`topic ${name} has replication factor ${replicas}, not ${settings.replicationFactor}`);
    }
  }
  const names = settingsOf(settings).map(({ name }) => name);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: wanted.map(({ topic }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: topic,
      configNames: names,
    })),
  });
  for (const { resourceName, configEntries } of resources) {
    const values = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]));
    for (const { name, value, atLeast } of settingsOf(settings)) {
      const found = values.get(name);
      if (atLeast === undefined ? found === value : Number(found) >= atLeast) continue;
      differences.push(
        `topic ${resourceName} has ${name}=${found}, not ${atLeast === undefined ? '' : 'at least '}${value}`,
      );
    }
  }
  return differences;
}

async function described(admin: Admin, wanted: readonly WantedTopic[]) {
  return (await admin.fetchTopicMetadata({ topics: wanted.map(({ topic }) => topic) })).topics;
}
