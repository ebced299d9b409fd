import type { BenchResult, StreamResult } from './bench-result.js';
import { STREAMS } from './installation.js';

interface Row {
  name: string;
  aim?: string;
  /** Digits after the point. */
  digits: number;
  of: (stream: StreamResult) => number | null | undefined;
}

const ROWS: readonly Row[] = [
  { name: 'deliveries: share of the ceiling', aim: '≥ 0.5', digits: 2, of: (s) => s.deliveries?.ratio },
  { name: '  delivered and recorded (1/s)', digits: 0, of: (s) => s.deliveries?.deliveredPerSecond },
  { name: '  ceiling: only signed and sent (1/s)', digits: 0, of: (s) => s.deliveries?.ceilingPerSecond },
  { name: '  CPU of the dispatcher’s process (µs each)', digits: 0, of: (s) => s.deliveries?.dispatcherCpuUs },
  { name: '  CPU of PostgreSQL (µs each)', digits: 0, of: (s) => s.deliveries?.postgresCpuUs },
  { name: '  statements (each)', aim: '< 0.1', digits: 3, of: (s) => s.deliveries?.statementsPerDelivery },
  { name: 'latency at 200/s: p50 (ms)', digits: 1, of: (s) => s.latency?.sluiceMs.p50 },
  { name: '  p95 (ms)', aim: '≤ 15, Kafka ≤ 25', digits: 1, of: (s) => s.latency?.sluiceMs.p95 },
  { name: '  p99 (ms)', digits: 1, of: (s) => s.latency?.sluiceMs.p99 },
  { name: '  bare relay, p95 (ms)', digits: 1, of: (s) => s.latency?.bareRelayMs.p95 },
  { name: 'isolation: p99 with 1 % hanging to p99 without', aim: '≤ 1.5', digits: 2, of: (s) => s.isolation?.p99Ratio },
  { name: '  p99 without (ms)', digits: 1, of: (s) => s.isolation?.withoutMs.p99 },
  { name: '  p99 with (ms)', digits: 1, of: (s) => s.isolation?.withMs.p99 },
  { name: 'intake, single: share of bare Fastify', aim: '≥ 0.4', digits: 2, of: (s) => s.intake?.single.ratio },
  { name: '  accepted (1/s)', digits: 0, of: (s) => s.intake?.single.acceptedPerSecond },
  { name: '  bare Fastify (1/s)', digits: 0, of: (s) => s.intake?.single.barePerSecond },
  { name: 'intake, batches of 100: share of bare Fastify', aim: '≥ 0.4', digits: 2, of: (s) => s.intake?.batch.ratio },
  { name: '  accepted (1/s)', digits: 0, of: (s) => s.intake?.batch.acceptedPerSecond },
  { name: '  bare Fastify (1/s)', digits: 0, of: (s) => s.intake?.batch.barePerSecond },
  { name: 'start with 100,000 webhooks: ready (ms)', aim: '< 10,000', digits: 0, of: (s) => s.start?.readyMs },
  { name: '  with next to none (ms)', digits: 0, of: (s) => s.start?.emptyMs },
];

/** The result for people: ratios hold anywhere, all other figures are of this machine. */
export function table({ machine, streams, leftOut, matching, seconds }: BenchResult): string {
  const lines = [
    `${machine.cpus} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}; ${Math.round(seconds)} s`,
    'Shares and ratios compare with what was measured bare in this run; all other figures are of this machine.',
    '',
    line('', STREAMS, 'aim'),
  ];
  for (const row of ROWS) {
    const values = STREAMS.map((stream) => row.of(streams[stream] ?? {}));
    if (values.every((value) => value === undefined)) continue;
    lines.push(
      line(
        row.name,
        values.map((value) => formatted(value, row.digits)),
        row.aim,
      ),
    );
  }
  const { scaling } = streams.kafka ?? {};
  if (scaling !== undefined) {
    lines.push(
      '',
      line('scaling: dispatchers on this machine, on Kafka', ['deliveries/s', 'µs each'], 'µs of PostgreSQL'),
    );
    for (const { dispatchers, deliveredPerSecond, dispatcherCpuUs, postgresCpuUs } of scaling.steps) {
      const values = [formatted(deliveredPerSecond, 0), formatted(dispatcherCpuUs, 0)];
      lines.push(line(`  ${dispatchers}`, values, formatted(postgresCpuUs, 0)));
    }
  }
  for (const [stream, reason] of Object.entries(leftOut)) lines.push('', `LEFT OUT: ${stream}, because ${reason}`);
  if (matching !== undefined) {
    lines.push('', line('matching: webhooks of one type', ['µs an event', 'bytes each'], 'µs a change'));
    for (const { webhooks, usPerEvent, bytesPerWebhook, usPerChange } of matching.steps) {
      const values = [formatted(usPerEvent, 1), formatted(bytesPerWebhook, 0)];
      lines.push(line(`  ${webhooks.toLocaleString('en')}`, values, formatted(usPerChange, 0)));
    }
    lines.push(line('  100,000 to 100', [formatted(matching.ratio, 2), ''], '≤ 2, and ≤ 20 µs'));
  }
  return lines.join('\n');
}

const line = (name: string, values: readonly string[], last = ''): string =>
  `${name.padEnd(50)}${values.map((value) => value.padStart(12)).join('')}   ${last}`.trimEnd();

function formatted(value: number | null | undefined, digits: number): string {
  if (value === undefined) return '';
  if (value === null) return '?';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
