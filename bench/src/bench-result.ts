import { cpus, totalmem } from 'node:os';
import type { DeliveriesResult } from './deliveries.js';
import type { StreamName } from './installation.js';
import type { IntakeResult } from './intake.js';
import type { IsolationResult } from './isolation.js';
import type { LatencyResult } from './latency.js';
import type { MatchingResult } from './matching.js';
import type { ScalingResult } from './scaling.js';
import type { StartResult } from './start.js';

/** What was measured on one stream; a part that was not run is absent. */
export interface StreamResult {
  latency?: LatencyResult;
  isolation?: IsolationResult;
  deliveries?: DeliveriesResult;
  intake?: IntakeResult;
  scaling?: ScalingResult;
  start?: StartResult;
}

/** What a run of the bench found: docs/performance.md explains each member. */
export interface BenchResult {
  /** ISO 8601. */
  startedAt: string;
  seconds: number;
  machine: { cpu: string; cpus: number; memoryGiB: number; platform: string; node: string };
  streams: Partial<Record<StreamName, StreamResult>>;
  /** Streams that were asked for and could not be measured, with the reason. */
  leftOut: Partial<Record<StreamName, string>>;
  matching?: MatchingResult;
}

export const thisMachine = (): BenchResult['machine'] => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: cpus().length,
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});
