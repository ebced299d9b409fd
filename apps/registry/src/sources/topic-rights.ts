import { refused } from '@sluice/contracts/result';

/** What Kafka takes as the name of a topic. */
const NAME = /^[A-Za-z0-9._-]{1,249}$/;
/** Sluice's own, and Kafka's: they hold what is every account's. */
const RESERVED = /^(sluice\.|__)/;
const ACCOUNT = '{account}';
const PATTERN = /^([A-Za-z0-9._*-]|\{account\})+$/;

type Refused = ReturnType<typeof refused>;

/** Topics that the admin keys of every account may make sources of; those of operator accounts may read any. */
export class TopicPatterns {
  /**
   * @param patterns in which `*` stands for any characters, and `{account}` for the id of the account that asks.
   * @throws when one can't be the name of a topic.
   */
  constructor(private readonly patterns: readonly string[]) {
    const wrong = patterns.find((pattern) => !PATTERN.test(pattern));
    if (wrong === undefined) return;
    throw new Error(`has ${wrong}, which is no pattern of topics: letters, digits, ".", "_", "-", "*" and ${ACCOUNT}`);
  }

  allow(topic: string, accountId: string): boolean {
    return this.patterns.some((pattern) => {
      const form = pattern.replaceAll(ACCOUNT, accountId).replaceAll('.', '\\.').replaceAll(/\*+/g, '.*');
      return new RegExp(`^${form}$`).test(topic);
    });
  }
}

/** Why a topic can't be the source of this account; null when it can. */
export function topicFault(
  topic: string,
  { accountId, operator }: { accountId: string; operator: boolean },
  allowed: TopicPatterns,
): Refused | null {
  if (!NAME.test(topic) || topic === '.' || topic === '..') {
    return refused('invalid', 'topic must be 1 to 249 letters, digits, ".", "_" or "-"', 'topic');
  }
  const reserved = RESERVED.exec(topic)?.[1];
  if (reserved !== undefined) {
    return refused('invalid', `topic must not begin with "${reserved}": such topics are not for sources`, 'topic');
  }
  if (operator || allowed.allow(topic, accountId)) return null;
  const message =
    'topic is not among those that this account may read: whoever runs Sluice names them in SOURCE_TOPICS';
  return refused('forbidden', message, 'topic');
}
