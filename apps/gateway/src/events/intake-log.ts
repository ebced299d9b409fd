import type { Audience } from '@sluice/contracts/event-record';
import type { Logger } from '@sluice/service-kit/logger';
import type { Metrics } from '@sluice/service-kit/metrics';
import { Counter, Histogram } from 'prom-client';
import type { Caller } from '../authenticate/caller.js';
import type { ContentMode } from './content-mode.js';
import type { IntakeReport } from './intake.js';

export interface IntakeFact {
  mode: ContentMode;
  bytes: number;
  /** From the whole body being there to the stream's acknowledgement. */
  ms: number;
  caller: Caller;
  audience: Audience;
  report: IntakeReport;
}

/** One wide line and a few counts for every publish request that reached its end. No data, no credential. */
export class IntakeLog {
  private readonly events: Counter<'result'>;
  private readonly seconds: Histogram;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.events = new Counter({
      name: 'sluice_gateway_events_total',
      help: 'Events that producers sent, by what became of them',
      labelNames: ['result'],
      registers: [metrics],
    });
    this.seconds = new Histogram({
      name: 'sluice_gateway_publish_seconds',
      help: "From the whole request being there to the stream's acknowledgement",
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [metrics],
    });
  }

  took({ mode, bytes, ms, caller, audience, report }: IntakeFact): void {
    const { outcomes, revision } = report;
    const refusals = outcomes.flatMap((outcome) => (outcome.accepted ? [] : [outcome.refusal]));
    const accepted = outcomes.length - refusals.length;
    this.events.inc({ result: 'accepted' }, accepted);
    this.events.inc({ result: 'refused' }, refusals.length);
    this.seconds.observe(ms / 1_000);
    const { keyId, accountId } = caller.principal;
    this.logger.info(
      {
        accountId,
        keyId,
        mode,
        audience: audience.to,
        bytes,
        accepted,
        refused: refusals.length,
        ...(refusals[0] === undefined ? {} : { firstRefusal: refusals[0].message.slice(0, 200) }),
        revision,
        ms: Math.round(ms * 10) / 10,
      },
      'events.taken',
    );
  }
}
