import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { isTimestamp } from '@sluice/cloud-events/attribute-forms';
import type { Dispatcher, OutcomeCounts } from '@sluice/contracts/dispatcher-commands';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { DISPATCHER } from '../parts.js';
import { Fault } from '../refusals/fault.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';

/** How an account's webhooks fared. */
@Controller('v1/webhooks')
@UseGuards(CallerGuard, QueryGuard)
export class WebhookStatisticsController {
  constructor(@Inject(DISPATCHER) private readonly dispatcher: Dispatcher) {}

  /** By the hour, for the hours that the range touches: the last day, if nothing is said. */
  @Get(':id/statistics')
  @Requires('read')
  @TakesQuery('from', 'to')
  async statistics(
    @Param('id') webhookId: string,
    @Query('from') from: unknown,
    @Query('to') to: unknown,
    @CurrentCaller() { credential }: Caller,
  ): Promise<Record<string, unknown>> {
    const range = { from: moment('from', from), to: moment('to', to) };
    const statistics = carriedOut(await this.dispatcher.webhookStatistics({ credential, webhookId, ...range }));
    return {
      webhook_id: webhookId,
      from: statistics.from,
      to: statistics.to,
      total: countsAnswer(statistics.total),
      hours: statistics.hours.map(({ hour, ...counts }) => ({ hour, ...countsAnswer(counts) })),
    };
  }
}

function moment(path: string, value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && isTimestamp(value)) return value;
  const message = 'must be a timestamp of RFC 3339, 2024-05-17T09:30:00Z for example, percent-encoded';
  throw new Fault(400, `${path} ${message}`, { errors: [{ path, message }] });
}

const countsAnswer = ({ successRate, latencyMs, ...counts }: OutcomeCounts): Record<string, unknown> => ({
  ...counts,
  success_rate: successRate,
  latency_ms: latencyMs,
});
