import type { Command } from 'commander';
import type { ApiClient } from '../api/api-client.js';
import { connect } from '../api/connection.js';
import { readPast } from '../input/moments.js';
import { withExamples } from '../terminal/examples.js';
import { remark, type Shown, say, showPage } from '../terminal/show.js';
import { table } from '../terminal/table.js';

/** The API's limit for one question. */
const MOST_WEBHOOKS = 100;
const COUNTS = ['attempts', 'succeeded', 'failed', 'delivered', 'exhausted', 'cancelled'] as const;
const countsIn = (prefix: string) =>
  [
    ...COUNTS.map((name) => [name, `${prefix}${name}`] as const),
    ['p50 ms', `${prefix}latency_ms.p50`],
    ['p95 ms', `${prefix}latency_ms.p95`],
    ['p99 ms', `${prefix}latency_ms.p99`],
  ] as const;

interface StatisticsOptions {
  from?: string;
  to?: string;
  hours?: boolean;
}

/** `statistics`: `GET /v1/statistics`, of the newest webhooks where none is named. */
export function addStatistics(program: Command): void {
  const statistics = program
    .command('statistics [webhooks...]')
    .description('how webhooks fared in the last day: those named, or the newest 100')
    .option('--from <moment>', 'since then; at most 90 days, of 100 webhooks 31; 2d is two days ago', readPast)
    .option('--to <moment>', 'until then; now, if nothing is said', readPast)
    .option('--hours', 'each hour of its own')
    .action(async (webhooks: string[], { from, to, hours }: StatisticsOptions, command: Command) => {
      const api = connect(command);
      const ids = webhooks.length > 0 ? webhooks : await newestWebhooks(api);
      if (ids.length === 0) {
        remark('There are no webhooks here.');
        return;
      }
      const answer = await api.ask('GET', '/v1/statistics', { query: { webhook_ids: ids.join(','), from, to } });
      const shown = command.optsWithGlobals<Shown>();
      if (hours !== true || shown.json) {
        const columns = [['webhook', 'webhook_id'], ...countsIn('total.'), ['last', 'last_delivery_at']] as const;
        showPage(shown, answer, 'webhooks', columns);
        return;
      }
      const rows = (answer.body.webhooks as { webhook_id: string; hours: object[] }[]).flatMap((webhook) =>
        webhook.hours.map((hour) => ({ webhook_id: webhook.webhook_id, ...hour })),
      );
      say(table(rows, [['webhook', 'webhook_id'], ['hour', 'hour'], ...countsIn('')]));
    });
  withExamples(statistics, 'sluice statistics', 'sluice statistics 01M1Q5C7K8T3ZVXG6Q0W2R9D4E --from 2d --hours');
}

async function newestWebhooks(api: ApiClient): Promise<string[]> {
  const { body } = await api.ask('GET', '/v1/webhooks', { query: { limit: MOST_WEBHOOKS } });
  if (body.next_cursor !== null) remark(`There are more: the newest ${MOST_WEBHOOKS} are shown.`);
  return (body.webhooks as { webhook_id: string }[]).map(({ webhook_id }) => webhook_id);
}
