import { describe, inject, it } from 'vitest';
import type {} from '../setup/kafka.js';

/**
 * Cases that need the run's broker, whose address they get. Where there is none they are skipped with the reason on the
 * screen; in CI that fails.
 */
export function describeKafka(name: string, cases: (brokers: string) => void): void {
  const brokers = inject('kafkaBrokers');
  if (brokers === null) withoutBroker(name, inject('kafkaMissing'));
  else describe(name, () => cases(brokers));
}

/** The same for cases that need Java's own client as well. */
export function describeKafkaWithJava(name: string, cases: (brokers: string) => void): void {
  const missing = inject('kafkaJavaMissing');
  if (missing === null) describeKafka(name, cases);
  else withoutBroker(name, missing);
}

/** Cases that start a broker of their own, to stop it or to put something in its way. */
export function describeOwnKafka(name: string, cases: () => void): void {
  const reason = inject('kafkaNotOurs');
  if (reason !== null) withoutBroker(name, reason);
  else describe(name, cases);
}

/** The same for cases that need Java's own programs as well: Kafka Connect, for example. */
export function describeOwnKafkaWithJava(name: string, cases: () => void): void {
  const missing = inject('kafkaJavaMissing');
  if (missing === null) describeOwnKafka(name, cases);
  else withoutBroker(name, missing);
}

function withoutBroker(name: string, missing: string | null): void {
  const reason = missing ?? 'there is no broker';
  describe(name, () => {
    if (process.env.CI) {
      it('needs a Kafka broker', () => {
        throw new Error(reason);
      });
      return;
    }
    process.stderr.write(`SKIPPED ${name}: ${reason}\n`);
    it.skip(`skipped: ${reason}`, () => undefined);
  });
}
