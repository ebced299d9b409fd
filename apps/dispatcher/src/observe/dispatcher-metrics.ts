import type { Metrics } from '@sluice/service-kit/metrics';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Conclusion } from '../deliver/conclusion.js';
import type { Attempt } from '../model/delivery.js';

const LATENCIES_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
const MATCH_TIMES_S = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1];

/** What is read when somebody scrapes. */
export interface Readings {
  partitions: () => Iterable<{ partition: number; lag: bigint | null }>;
  /** Milliseconds since the index was known to be current. */
  indexAgeMs: () => number;
  indexSize: () => number;
  indexRevision: () => number;
  openDeliveries: () => number;
  inHand: () => number;
  sending: () => number;
  openCircuits: () => number;
  connections: () => number;
  unrecorded: () => number;
}

/** The dispatcher's Prometheus metrics. Labels are few and none of them grows with accounts, webhooks or events. */
export class DispatcherMetrics {
  readonly #registers: [Metrics];
  readonly #attempts: Counter<'result'>;
  readonly #attemptSeconds: Histogram<'result'>;
  readonly #deliverySeconds: Histogram;
  readonly #pings: Counter<'result'>;
  readonly #pingSeconds: Histogram<'result'>;
  readonly #firstPingSeconds: Histogram;
  readonly #matchSeconds: Histogram;
  readonly #matches: Counter;
  readonly #events: Counter;
  readonly #payloads: Counter;
  readonly #flushSeconds: Histogram;
  readonly #facts: Counter;

  constructor(metrics: Metrics) {
    const registers: [Metrics] = [metrics];
    this.#registers = registers;
    this.#attempts = new Counter({
      name: 'sluice_attempts_total',
      help: 'Delivery attempts by what came of them',
      labelNames: ['result'],
      registers,
    });
    this.#attemptSeconds = new Histogram({
      name: 'sluice_attempt_seconds',
      help: 'Duration of attempts, connecting and the response body included',
      labelNames: ['result'],
      buckets: LATENCIES_S,
      registers,
    });
    this.#deliverySeconds = new Histogram({
      name: 'sluice_first_delivery_seconds',
      help: 'From the acceptance of an event to the successful end of a first attempt',
      buckets: LATENCIES_S,
      registers,
    });
    this.#pings = new Counter({
      name: 'sluice_pings_total',
      help: 'Attempts to tell endpoints of new payloads, by what came of them',
      labelNames: ['result'],
      registers,
    });
    this.#pingSeconds = new Histogram({
      name: 'sluice_ping_seconds',
      help: 'Duration of pings, connecting and the response body included',
      labelNames: ['result'],
      buckets: LATENCIES_S,
      registers,
    });
    this.#firstPingSeconds = new Histogram({
      name: 'sluice_first_ping_seconds',
      help: 'From the recording of a payload to the successful end of the first ping that tells of it',
      buckets: LATENCIES_S,
      registers,
    });
    this.#matchSeconds = new Histogram({
      name: 'sluice_match_seconds',
      help: 'Time to find the webhooks of an event, the time that others had their turn included',
      buckets: MATCH_TIMES_S,
      registers,
    });
    this.#matches = new Counter({ name: 'sluice_matches_total', help: 'Webhooks that events matched', registers });
    this.#events = new Counter({ name: 'sluice_events_matched_total', help: 'Events that were matched', registers });
    this.#payloads = new Counter({
      name: 'sluice_payloads_total',
      help: 'Payloads of changes written into the lists of webhooks',
      registers,
    });
    this.#flushSeconds = new Histogram({
      name: 'sluice_record_seconds',
      help: 'Duration of a recording transaction',
      buckets: LATENCIES_S,
      registers,
    });
    this.#facts = new Counter({ name: 'sluice_recorded_facts_total', help: 'Facts recorded', registers });
  }

  /** Gauges that are read at each scrape. */
  watch(readings: Readings): void {
    const lag: Gauge<'partition'> = new Gauge({
      name: 'sluice_partition_lag',
      help: 'Records between the last one taken and the end of the partition',
      labelNames: ['partition'],
      registers: this.#registers,
      collect: () => {
        lag.reset();
        for (const { partition, lag: records } of readings.partitions()) {
          if (records !== null) lag.set({ partition: String(partition) }, Number(records));
        }
      },
    });
    this.#gauge('sluice_index_age_seconds', 'Age of the webhook index', () => readings.indexAgeMs() / 1_000);
    this.#gauge('sluice_index_webhooks', 'Webhooks in the index', readings.indexSize);
    this.#gauge('sluice_index_revision', 'Registry revision that the index stands at', readings.indexRevision);
    this.#gauge('sluice_open_deliveries', 'Deliveries from the stream that are not recorded', readings.openDeliveries);
    this.#gauge('sluice_deliveries_in_hand', 'Deliveries in memory, waiting or under way', readings.inHand);
    this.#gauge('sluice_attempts_under_way', 'Attempts under way', readings.sending);
    this.#gauge('sluice_open_circuits', 'Webhooks to whose endpoints only probes are sent', readings.openCircuits);
    this.#gauge(
      'sluice_endpoint_connections',
      'Connections to endpoints, being made, in use or kept',
      readings.connections,
    );
    this.#gauge('sluice_unrecorded', 'Attempts under way or with an outcome not recorded yet', readings.unrecorded);
  }

  matched(milliseconds: number, webhooks: number): void {
    this.#events.inc();
    this.#matches.inc(webhooks);
    this.#matchSeconds.observe(milliseconds / 1_000);
  }

  payloadsRecorded(payloads: number): void {
    this.#payloads.inc(payloads);
  }

  /** `sinceEventMs`: from the acceptance of the event to the end of the attempt. */
  attempted(result: Conclusion, { number, latencyMs }: Attempt, sinceEventMs: number): void {
    this.#attempts.inc({ result });
    this.#attemptSeconds.observe({ result }, latencyMs / 1_000);
    if (result === 'delivered' && number === 1) this.#deliverySeconds.observe(sinceEventMs / 1_000);
  }

  /** `sinceOpenedMs`: from the recording of the first change that it tells of to the end of the attempt. */
  pinged(result: Conclusion, { number, latencyMs }: Attempt, sinceOpenedMs: number): void {
    this.#pings.inc({ result });
    this.#pingSeconds.observe({ result }, latencyMs / 1_000);
    if (result === 'delivered' && number === 1) this.#firstPingSeconds.observe(sinceOpenedMs / 1_000);
  }

  recorded({ facts, milliseconds }: { facts: number; milliseconds: number }): void {
    this.#facts.inc(facts);
    this.#flushSeconds.observe(milliseconds / 1_000);
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: this.#registers, collect: () => gauge.set(read()) });
  }
}
