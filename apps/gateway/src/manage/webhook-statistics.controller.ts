import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { DISPATCHER } from '../parts.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { wrongQuery } from './page.js';
import { optionalTimestamp, statisticsAnswer } from './statistics-answer.js';

const WEBHOOK_ID = /^[\w-]{1,64}$/;
const MOST_WEBHOOKS = 100;

/** How an account's webhooks fared: by the hour, for the hours that the range touches; the last day, if nothing is said. */
@Controller('v1')
@UseGuards(CallerGuard, QueryGuard)
export class WebhookStatisticsController {
  constructor(@Inject(DISPATCHER) private readonly dispatcher: Dispatcher) {}

  @Get('webhooks/:id/statistics')
  @Requires('read')
  @TakesQuery('from', 'to')
  async ofOne(
    @Param('id') webhookId: string,
    @Query() query: Record<string, unknown>,
    @CurrentCaller() { credential }: Caller,
  ): Promise<Record<string, unknown>> {
    const question = { credential, webhookId, ...rangeOf(query) };
    const { from, to, ...statistics } = carriedOut(await this.dispatcher.webhookStatistics(question));
    return { webhook_id: webhookId, from, to, ...statisticsAnswer(statistics) };
  }

  /** Of many at once, for a list of webhooks. Those that the account does not have are left out. */
  @Get('statistics')
  @Requires('read')
  @TakesQuery('webhook_ids', 'from', 'to')
  async ofMany(
    @Query() query: Record<string, unknown>,
    @CurrentCaller() { credential }: Caller,
  ): Promise<Record<string, unknown>> {
    const question = { credential, webhookIds: webhooksOf(query.webhook_ids), ...rangeOf(query) };
    const { from, to, webhooks } = carriedOut(await this.dispatcher.statisticsOfWebhooks(question));
    return {
      from,
      to,
      webhooks: webhooks.map(({ webhookId, lastDeliveryAt, ...statistics }) => ({
        webhook_id: webhookId,
        last_delivery_at: lastDeliveryAt,
        ...statisticsAnswer(statistics),
      })),
    };
  }
}

const rangeOf = ({ from, to }: Record<string, unknown>) => ({
  from: optionalTimestamp('from', from),
  to: optionalTimestamp('to', to),
});

function webhooksOf(value: unknown): string[] {
  const ids = typeof value === 'string' ? value.split(',') : [];
  if (ids.length >= 1 && ids.length <= MOST_WEBHOOKS && ids.every((id) => WEBHOOK_ID.test(id))) return ids;
  throw wrongQuery('webhook_ids', `must be 1 to ${MOST_WEBHOOKS} ids of webhooks, separated by commas`);
}
