import { Controller, Get, Inject } from '@nestjs/common';
import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { DISPATCHER } from '../../services/parts.js';
import { statisticsAnswer } from './statistics-answer.js';
import { getStatistics, getWebhookStatistics } from './statistics-operations.js';

/** How an account's webhooks fared. */
@Controller('v1')
export class WebhookStatisticsController {
  constructor(@Inject(DISPATCHER) private readonly dispatcher: Dispatcher) {}

  @Get('webhooks/:id/statistics')
  @Operation(getWebhookStatistics)
  async ofOne(@Asked() asked: Asked<typeof getWebhookStatistics>, @CurrentCaller() { credential }: Caller) {
    const { id: webhookId } = asked.params;
    const question = { credential, webhookId, ...rangeOf(asked.query) };
    const { from, to, ...statistics } = carriedOut(await this.dispatcher.webhookStatistics(question));
    return { webhook_id: webhookId, from, to, ...statisticsAnswer(statistics) };
  }

  @Get('statistics')
  @Operation(getStatistics)
  async ofMany(@Asked() { query }: Asked<typeof getStatistics>, @CurrentCaller() { credential }: Caller) {
    const question = { credential, webhookIds: query.webhook_ids, ...rangeOf(query) };
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

const rangeOf = ({ from, to }: { from?: string; to?: string }) => ({ from: from ?? null, to: to ?? null });
