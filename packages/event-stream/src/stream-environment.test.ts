import { expect, it } from 'vitest';
import { z } from 'zod';
import {
  demandStream,
  eventPartitions,
  partitionVariables,
  streamChoice,
  streamVariables,
} from './stream-environment.js';

const schema = z.object({ ...streamVariables, ...partitionVariables }).superRefine(demandStream);
const database = { DATABASE_URL: 'postgres://sluice@db/sluice', INSTANCE: 'one' };
const brokers = { KAFKA_BROKERS: 'a:9092, b:9092', INSTANCE: 'one' };

const consumed = ['read'];
const chosen = (environment: Record<string, string>) => streamChoice(schema.parse(environment), 'gateway', consumed);
const mistakes = (environment: Record<string, string>) =>
  schema.safeParse(environment).error?.issues.map(({ path, message }) => `${path.join()} ${message}`);

it('takes the database without brokers, and Kafka with them, beside the database that a move must look at', () => {
  const postgres = { connectionString: database.DATABASE_URL };
  const kafka = { brokers: ['a:9092', 'b:9092'], clientId: 'sluice-gateway-one', ssl: false, topics: { create: true } };
  expect(chosen(database)).toEqual({ consumed, postgres });
  expect(chosen(brokers)).toEqual({ consumed, kafka });
  expect(chosen({ ...brokers, ...database, KAFKA_SSL: 'true' })).toEqual({
    consumed,
    postgres,
    kafka: { ...kafka, ssl: {} },
  });
});

it('demands that some stream is named', () => {
  expect(mistakes({})).toEqual(['DATABASE_URL is required unless KAFKA_BROKERS is set']);
});

it('has 32 partitions on Kafka and 8 in the database, unless it is said', () => {
  const partitions = (environment: Record<string, string>) => eventPartitions(schema.parse(environment));
  expect(partitions(brokers)).toBe(32);
  expect(partitions(database)).toBe(8);
  expect(partitions({ ...brokers, EVENT_PARTITIONS: '4' })).toBe(4);
  expect(mistakes({ ...database, EVENT_PARTITIONS: '0' })).toHaveLength(1);
});
