import { brokersError } from './brokers-error.js';

/** What was asked of the cluster, so that a refusal names the right that is missing. */
export interface Asked {
  /** Kafka's name of the operation that the request needs on its topics. */
  operation: 'Create' | 'Describe' | 'DescribeConfigs' | 'Read' | 'Write';
  topics: readonly string[];
  /** Of a consumer, which needs Read on it. */
  group?: string;
}

/** Which right a principal lacks, by the error that a broker answered; null for any other error. */
export function missingRight(error: unknown, { operation, topics, group }: Asked): string | null {
  switch (brokersError(error)) {
    case 'TOPIC_AUTHORIZATION_FAILED':
      return lacks(operation, `topic ${topics.join(' or ')}`);
    case 'GROUP_AUTHORIZATION_FAILED':
      return lacks('Read', `group ${group}`);
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return lacks(operation, 'the cluster');
    default:
      return null;
  }
}

const lacks = (operation: string, resource: string): string =>
  `this client's principal lacks the right ${operation} on ${resource}`;
