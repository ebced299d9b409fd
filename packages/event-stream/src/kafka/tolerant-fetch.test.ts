import type { Broker } from 'kafkajs';
import { expect, it } from 'vitest';
import type { FetchRequest } from './fetch-client.js';
import { tolerantMode } from './tolerant-fetch.js';

it('asks for the same partitions, each of them first at times', async () => {
  const asked: number[][] = [];
  const broker = {
    lookupRequest: () => (request: FetchRequest) => {
      asked.push(request.topics.flatMap(({ partitions }) => partitions.map(({ partition }) => partition)));
      return { request: { apiVersion: 11 }, response: {} };
    },
    connectionPool: { send: async () => ({ responses: [] }) },
  };
  const partitions = [0, 1, 2].map((partition) => ({ partition, fetchOffset: '0', maxBytes: 1 }));
  const request = { maxWaitTime: 0, minBytes: 1, maxBytes: 1, isolationLevel: 1, topics: [{ topic: 't', partitions }] };
  for (let time = 0; time < 200; time += 1) await tolerantMode.fetch(broker as unknown as Broker, request);
  expect(new Set(asked.map(([first]) => first))).toEqual(new Set([0, 1, 2]));
  for (const each of asked) expect(each.toSorted()).toEqual([0, 1, 2]);
});
