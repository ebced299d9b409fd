import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, Redirect, useSearchParams } from 'wouter';
import { isStatus } from '../api/problem.js';
import { queries } from '../api/queries.js';
import { Icon } from '../parts/icon.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { ScreenHead } from '../shell/screen-head.js';
import { EventTrailCard } from './event-trail-card.js';
import { copiedId, maybeDelivery, maybeWebhook } from './look-up.js';

/** Why did my event not arrive: what became of it at each webhook. */
export function FindEventScreen() {
  const [asked, setAsked] = useSearchParams();
  const id = asked.get('id') ?? '';
  const [typed, setTyped] = useState(id);
  return (
    <>
      <ScreenHead
        title="Why did my event not arrive?"
        lead="Look it up by its id: where it was delivered, where it was not, and which condition of the filter failed."
      />
      <search>
        <form
          className="tools"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = copiedId(typed);
            setTyped(wanted);
            setAsked(wanted === '' ? {} : { id: wanted });
          }}
        >
          <div className="search">
            <Icon name="search" />
            <input
              type="search"
              className="mono"
              aria-label="Id of an event, a delivery or a webhook"
              placeholder="Id of an event, a delivery or a webhook"
              required
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
          <button type="submit" className="button button-primary">
            Look it up
          </button>
        </form>
      </search>
      {id === '' ? (
        <Empty icon="search" title="Which event?">
          <p>
            Its id is what the producer gave it. If your receiver logged the header <code>webhook-id</code>, that is the
            id of a delivery: it can be looked up, too, and the id of a webhook.
          </p>
        </Empty>
      ) : (
        <Found key={id} id={id} />
      )}
    </>
  );
}

/** Leads on to the delivery or the webhook of this id, if it is no event's. */
function Found({ id }: { id: string }) {
  const events = useQuery(queries.events(id));
  const delivery = useQuery({ ...queries.anyDelivery(id), enabled: maybeDelivery(id) });
  const webhook = useQuery({ ...queries.webhook(id), enabled: maybeWebhook(id) });
  const trails = isStatus(events.error, 404) ? [] : events.data?.events;
  const asked = [events, delivery, webhook];
  const failed = asked.find(({ error }) => error !== null && !isStatus(error, 404));
  if (failed !== undefined) return <Failed error={failed.error} retry={() => void failed.refetch()} />;
  if (trails === undefined || asked.some(({ isLoading }) => isLoading)) return <Loading label="Looking for it" />;
  if (trails.length > 0) {
    return (
      <>
        {webhook.data === undefined ? null : (
          <p className="note note-accent">
            <Icon name="hook" />
            <span>It is the id of a webhook, too.</span>
            <Link href={`/webhooks/${id}`} className="note-link">
              Go to the webhook
            </Link>
          </p>
        )}
        {trails.map((trail) => (
          <EventTrailCard key={`${trail.source} ${trail.type} ${trail.accepted_at}`} trail={trail} />
        ))}
        {events.data?.more ? (
          <p className="muted beneath">There are older events of this id, too; they are not listed.</p>
        ) : null}
      </>
    );
  }
  if (delivery.data !== undefined) {
    return <Redirect to={`/webhooks/${delivery.data.webhook_id}/deliveries/${id}`} replace />;
  }
  if (webhook.data !== undefined) return <Redirect to={`/webhooks/${id}`} replace />;
  return (
    <Empty icon="search" title="Nothing of this id is known">
      <p>
        No event of this id was published for you in the last 30 days, and none of your deliveries or webhooks has it.
        Ids are compared exactly: capital letters count.
      </p>
    </Empty>
  );
}
