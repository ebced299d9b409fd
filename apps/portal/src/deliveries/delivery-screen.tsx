import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { queries } from '../api/queries.js';
import { DeliveryStateBadge } from '../parts/badge.js';
import { Icon } from '../parts/icon.js';
import { Exact } from '../parts/moment.js';
import { Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { AttemptLine } from './attempt-line.js';
import { RequestCard } from './request-card.js';
import { ResendDialog } from './resend-dialog.js';
import { TryNowDialog } from './try-now-dialog.js';

/** One delivery: what was sent, what came back, every attempt, and what comes next. */
export function DeliveryScreen({ webhookId, id }: { webhookId: string; id: string }) {
  const found = useQuery(queries.delivery(webhookId, id));
  const [opened, setOpened] = useState<'resend' | 'try now' | null>(null);
  const close = () => setOpened(null);
  // Whoever came from the log finds it again as they left it.
  const log = useHistoryState<{ log?: string } | null>()?.log ?? '';
  const back = { to: `/webhooks/${webhookId}${log === '' ? '' : `?${log}`}`, text: 'Webhook' };
  if (found.error !== null) {
    return (
      <>
        <ScreenHead title="Delivery" back={back} />
        <Failed error={found.error} retry={() => void found.refetch()} />
      </>
    );
  }
  if (found.data === undefined) return <Loading lines={8} label="Loading the delivery" />;
  const delivery = found.data;
  const ended = delivery.state !== 'pending';
  return (
    <>
      <ScreenHead
        title={`Delivery of ${delivery.event?.id ?? delivery.id}`}
        back={back}
        lead={
          <>
            <DeliveryStateBadge state={delivery.state} retrying={delivery.attempts.length > 0} />{' '}
            {delivery.reason === null ? null : <span>{delivery.reason}</span>}
          </>
        }
        actions={
          <button
            type="button"
            className="button button-primary"
            onClick={() => setOpened(ended ? 'resend' : 'try now')}
          >
            <Icon name="repeat" />
            {ended ? 'Resend' : 'Try now'}
          </button>
        }
      >
        <span className="endpoint">{delivery.event?.id ?? delivery.id}</span>
      </ScreenHead>
      <section className="card facts-card" aria-label="Event">
        <dl className="facts facts-wide">
          {delivery.event === null ? null : (
            <>
              <div>
                <dt>Event type</dt>
                <dd>
                  <code>{delivery.event.type}</code>
                </dd>
              </div>
              <div>
                <dt>Source</dt>
                <dd>
                  <code>{delivery.event.source}</code>
                </dd>
              </div>
              <div>
                <dt>Accepted</dt>
                <dd>
                  <Exact at={delivery.event.accepted_at} />
                </dd>
              </div>
            </>
          )}
          {delivery.event === null ? null : (
            <div>
              <dt>Elsewhere</dt>
              <dd>
                <Link href={`/events?${new URLSearchParams({ id: delivery.event.id })}`}>
                  What became of the event at each webhook
                </Link>
              </dd>
            </div>
          )}
          <div>
            <dt>Delivery id</dt>
            <dd>
              <code>{delivery.id}</code>
            </dd>
          </div>
        </dl>
      </section>
      <div className="delivery-columns">
        <section aria-labelledby="attempts-title">
          <h2 id="attempts-title">Attempts</h2>
          <AttemptLine attempts={delivery.attempts} next={delivery.next} />
        </section>
        <section aria-labelledby="request-title">
          <h2 id="request-title">Request</h2>
          <RequestCard request={delivery.request} />
        </section>
      </div>
      {opened === 'resend' ? <ResendDialog delivery={delivery} close={close} /> : null}
      {opened === 'try now' ? <TryNowDialog delivery={delivery} close={close} /> : null}
    </>
  );
}
