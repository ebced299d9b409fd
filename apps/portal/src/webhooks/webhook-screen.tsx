import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Webhook } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { DeliveryLog } from '../deliveries/delivery-log.js';
import { FilterInWords } from '../filters/filter-in-words.js';
import { WebhookStateBadge } from '../parts/badge.js';
import { Icon } from '../parts/icon.js';
import { Ago, Exact } from '../parts/moment.js';
import { duration } from '../parts/numbers.js';
import { Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { HealthOfWebhook } from './health-of-webhook.js';
import { LatestFailure } from './latest-failure.js';
import { ShowSecret } from './show-secret.js';
import { WebhookActions } from './webhook-actions.js';
import { WebhookCharts } from './webhook-charts.js';

/** One webhook: how it fares, and what became of each delivery. */
export function WebhookScreen({ id }: { id: string }) {
  const found = useQuery(queries.webhook(id));
  const back = { to: '/', text: 'Webhooks' };
  if (found.error !== null) {
    return (
      <>
        <ScreenHead title="Webhook" back={back} />
        <Failed error={found.error} retry={() => void found.refetch()} />
      </>
    );
  }
  if (found.data === undefined) return <Loading lines={8} label="Loading the webhook" />;
  const webhook = found.data;
  return (
    <>
      <ScreenHead
        title={webhook.endpoint ?? 'Webhook without endpoint'}
        back={back}
        lead={
          <>
            <WebhookStateBadge state={webhook.state} />{' '}
            {webhook.state === 'enabled' ? <HealthOfWebhook id={id} /> : null} <code>{webhook.event_type}</code>
            {webhook.description === null ? null : (
              <span>
                {' · '}
                <bdi>{webhook.description}</bdi>
              </span>
            )}
          </>
        }
        actions={webhook.dialect === 'airstack' ? <WebhookActions webhook={webhook} /> : undefined}
      >
        <span className="endpoint">{webhook.endpoint ?? 'Webhook without endpoint'}</span>
      </ScreenHead>
      <StateNote webhook={webhook} />
      <LatestFailure webhookId={id} paused={webhook.state === 'paused'} />
      <WebhookCharts id={id} />
      <section className="card facts-card" aria-label="Settings">
        <dl className="facts facts-wide">
          <Fact name="Filter">
            {webhook.base_id === null ? (
              <FilterInWords filter={webhook.filter} />
            ) : (
              `changes of base ${webhook.base_id}`
            )}
          </Fact>
          <Fact name="Order">
            {webhook.ordering === 'subject' ? 'one after another for each subject' : 'in parallel'}
          </Fact>
          <Fact name="Rate">
            {webhook.rate_limit === null ? 'as the endpoint takes' : `${webhook.rate_limit} a second at most`}
          </Fact>
          <Fact name="Retries">
            {webhook.retry_schedule === null
              ? 'ten attempts over about three days'
              : `after ${webhook.retry_schedule.map(duration).join(', ')}`}
          </Fact>
          <Fact name="Created">
            <Exact at={webhook.created_at} />
          </Fact>
          {webhook.dialect === 'airstack' ? (
            <Fact name="Signing secret">
              <ShowSecret id={id} />
            </Fact>
          ) : null}
          <Fact name="Id">
            <code>{webhook.webhook_id}</code>
          </Fact>
        </dl>
      </section>
      <DeliveryLog webhookId={id} paused={webhook.state === 'paused'} />
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** What a state other than enabled means, and what to do about it. */
function StateNote({ webhook }: { webhook: Webhook }) {
  if (webhook.state === 'enabled') return null;
  if (webhook.state === 'paused') {
    return (
      <p className="note note-warn">
        <Icon name="pause" />
        <span>
          Paused: events are matched and kept, nothing is sent. Resume it to send what waits, the oldest first.
        </span>
      </p>
    );
  }
  if (webhook.state === 'expired' || webhook.state === 'invalid') {
    return (
      <p className="note note-bad">
        <Icon name="ban" />
        <span>
          {webhook.state === 'expired'
            ? 'Expired: for seven days it was neither refreshed nor read.'
            : 'Invalid: a table, field or view that it names is gone.'}{' '}
          It gets no payloads and no pings any more, and can’t be enabled again. Create another one by the API of its
          base; what this one recorded can be read for up to seven days.
        </span>
      </p>
    );
  }
  return (
    <p className="note note-bad">
      <Icon name="ban" />
      <span>
        No event is delivered{webhook.disabled_at === null ? '' : ' since '}
        {webhook.disabled_at === null ? null : <Ago at={webhook.disabled_at} />}
        {webhook.disabled_reason === null ? '.' : `: ${webhook.disabled_reason}.`} Enabled again, it gets what is
        accepted from then on; replay what it missed.
      </span>
    </p>
  );
}
