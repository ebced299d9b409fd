import type { KafkaConfig } from 'kafkajs';
import type { StreamLog } from '../stream-log.js';

/** A pino logger is one; kafkajs' own lines go to debug. */
export interface KafkaLog extends StreamLog {
  debug(facts: object, message: string): void;
}

/** How a cluster is reached, and as whom. */
export interface KafkaSettings {
  /** `host:port` of some brokers of the cluster; the others are learnt from them. */
  brokers: readonly string[];
  /** Names this program in the brokers' logs and quotas. */
  clientId: string;
  /** True for the system's certificate authorities, or Node's TLS options. */
  ssl?: KafkaConfig['ssl'];
  sasl?: KafkaLogin;
  topics?: TopicSettings;
  logger?: KafkaLog;
}

export type KafkaLogin = PasswordLogin | OAuthLogin;

interface PasswordLogin {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  username: string;
  password: string;
}

/** Tokens come from a token endpoint by client credentials. */
export interface OAuthLogin {
  mechanism: 'oauthbearer';
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string;
}

/** How topics are made; what is absent is left to the brokers' defaults. */
export interface TopicSettings {
  /** False where this program makes none: then they are compared with these settings instead. */
  create: boolean;
  replicationFactor?: number;
  minInsyncReplicas?: number;
  retentionHours?: number;
  /** Kafka's `compression.type`. */
  compression?: string;
}

/** What the adapter asks of time, in milliseconds; docs/kafka.md explains each. */
export const times = {
  connection: 3_000,
  /** A request that got no answer by then counts as failed, and its connection is given up. */
  request: 5_000,
  /** Everything that one produce request may take, a new connection and metadata included. */
  produce: 8_000,
  /** How long a publish waits for a partition whose leader is moving, which takes a cluster moments. */
  leaderMove: 2_000,
  /** So long before its session ends a connection logs in anew, with the next request. */
  reauthentication: 3_000,
  betweenTries: 50,
  /** How long a broker holds a fetch back for records to come. */
  fetchWait: 100,
  heartbeat: 1_000,
  session: 10_000,
  rebalance: 10_000,
} as const;
