import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Delivery } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { DeliveryStateBadge } from '../parts/badge.js';
import { Icon } from '../parts/icon.js';
import { Ago, Exact } from '../parts/moment.js';
import { Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { AttemptLine } from './attempt-line.js';
import { RequestCard } from './request-card.js';
import { ResendDialog } from './resend-dialog.js';

/** One delivery: what was sent, what came back, every attempt, and what comes next. */
export function DeliveryScreen({ webhookId, id }: { webhookId: string; id: string }) {
  const found = useQuery(queries.delivery(webhookId, id));
  const [resending, setResending] = useState(false);
  const back = { to: `/webhooks/${webhookId}`, text: 'Webhook' };
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
          ended ? (
            <button type="button" className="button button-primary" onClick={() => setResending(true)}>
              <Icon name="repeat" />
              Resend
            </button>
          ) : undefined
        }
      >
        <span className="endpoint">{delivery.event?.id ?? delivery.id}</span>
      </ScreenHead>
      <Next delivery={delivery} />
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
          <AttemptLine attempts={delivery.attempts} next={ended ? null : (delivery.next ?? null)} />
        </section>
        <section aria-labelledby="request-title">
          <h2 id="request-title">Request</h2>
          <RequestCard request={delivery.request ?? null} />
        </section>
      </div>
      {resending ? <ResendDialog delivery={delivery} close={() => setResending(false)} /> : null}
    </>
  );
}

/** Why and when it goes on. */
function Next({ delivery: { state, next, next_attempt_at } }: { delivery: Delivery }) {
  if (state !== 'pending') return null;
  const at = next?.at ?? next_attempt_at;
  return (
    <p className="note note-accent">
      <Icon name="clock" />
      <span>
        {at === null ? 'It goes on as soon as it can' : 'Next attempt '}
        {at === null ? null : <Ago at={at} />}
        {next ? `: ${next.because}` : null}.
      </span>
    </p>
  );
}
