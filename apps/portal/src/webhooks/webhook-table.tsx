import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { ManyStatistics, Webhook } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { HourBars } from '../charts/hour-bars.js';
import { stretches } from '../charts/scale.js';
import { FilterInWords } from '../filters/filter-in-words.js';
import { WebhookStateBadge } from '../parts/badge.js';
import { Ago } from '../parts/moment.js';
import { milliseconds, percent } from '../parts/numbers.js';
import { healthOf } from './health.js';
import { HealthBadge } from './health-badge.js';

type LastDay = ManyStatistics['webhooks'][number];

const HOURS = 24;
const HOUR_MS = 3_600_000;

/** A page of webhooks with how each fared in the last day: one question for all of them. */
export function WebhookTable({ webhooks }: { webhooks: Webhook[] }) {
  const lastDay = useQuery(queries.lastDay(webhooks.map(({ webhook_id }) => webhook_id)));
  const byId = new Map(lastDay.data?.webhooks.map((one) => [one.webhook_id, one]));
  return (
    <div className="card table-card">
      <table className="table webhooks">
        <caption className="visually-hidden">Webhooks, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Endpoint</th>
            <th scope="col">Filter</th>
            <th scope="col">State</th>
            <th scope="col">Health, 24 h</th>
            <th scope="col">p95, 24 h</th>
            <th scope="col">Last delivery</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <WebhookRow key={webhook.webhook_id} webhook={webhook} lastDay={byId.get(webhook.webhook_id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const WebhookRow = ({ webhook, lastDay }: { webhook: Webhook; lastDay: LastDay | undefined }) => (
  <tr className="row-link">
    <th scope="row">
      <Link href={`/webhooks/${webhook.webhook_id}`} className="row-main clip" title={webhook.endpoint ?? undefined}>
        {webhook.endpoint ?? 'No endpoint: its payloads are read'}
      </Link>
      <span className="row-sub clip">
        <code>{webhook.event_type}</code>
        {webhook.description === null ? null : (
          <>
            {' · '}
            <bdi>{webhook.description}</bdi>
          </>
        )}
      </span>
    </th>
    <td data-label="Filter" className="filter-cell">
      {webhook.base_id === null ? (
        <FilterInWords filter={webhook.filter} />
      ) : (
        <span className="muted">base {webhook.base_id}</span>
      )}
    </td>
    <td data-label="State">
      <WebhookStateBadge state={webhook.state} />
    </td>
    <td data-label="Health, 24 h">
      <Fares lastDay={lastDay} enabled={webhook.state === 'enabled'} />
    </td>
    <td data-label="p95, 24 h">
      <Latency lastDay={lastDay} />
    </td>
    <td data-label="Last delivery" className="nowrap">
      {lastDay?.last_delivery_at ? <Ago at={lastDay.last_delivery_at} /> : <span className="muted">–</span>}
    </td>
  </tr>
);

function hoursOf({ hours }: LastDay) {
  const now = Date.now();
  const from = new Date(now - (HOURS - 1) * HOUR_MS).toISOString();
  return stretches(hours, from, new Date(now).toISOString(), 1).map(({ items }) => items[0]);
}

/** The share of what succeeded in the last day, and of one that is tried how it fares now. */
function Fares({ lastDay, enabled }: { lastDay: LastDay | undefined; enabled: boolean }) {
  if (lastDay === undefined || lastDay.total.attempts === 0) return <span className="muted">–</span>;
  const { success_rate } = lastDay.total;
  const health = enabled ? healthOf(lastDay.hours) : null;
  const low = success_rate !== null && success_rate < 0.95;
  return (
    <span className="spark">
      <span className="spark-value spark-health">
        {health === null ? null : <HealthBadge health={health} />}
        <span className={low ? 'bad' : undefined}>{percent(success_rate)}</span>
      </span>
      <HourBars
        tone="good"
        hours={hoursOf(lastDay).map((hour) => (hour ? { value: hour.attempts, bad: hour.failed } : null))}
        label={`Attempts by hour, ${percent(success_rate)} of them succeeded`}
      />
    </span>
  );
}

function Latency({ lastDay }: { lastDay: LastDay | undefined }) {
  const latency = lastDay?.total.latency_ms;
  if (lastDay === undefined || !latency) return <span className="muted">–</span>;
  return (
    <span className="spark">
      <span className="spark-value">{milliseconds(latency.p95)}</span>
      <HourBars
        tone="accent"
        hours={hoursOf(lastDay).map((hour) => (hour?.latency_ms ? { value: hour.latency_ms.p95 } : null))}
        label={`95th percentile of latency by hour, ${milliseconds(latency.p95)} in all`}
      />
    </span>
  );
}
