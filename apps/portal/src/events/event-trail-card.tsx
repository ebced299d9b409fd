import { useState } from 'react';
import { Link } from 'wouter';
import type { EventTrail } from '../api/answers.js';
import { reasonInWords } from '../filters/reason-words.js';
import { Badge, DeliveryStateBadge } from '../parts/badge.js';
import { Icon } from '../parts/icon.js';
import { Exact } from '../parts/moment.js';
import { plural } from '../parts/numbers.js';
import { EventDialog } from './event-dialog.js';
import { NextAttempt } from './next-attempt.js';
import { WebhookName } from './webhook-name.js';

const SHOWN = 20;
const MORE = 50;

/** One event, and what became of it at each of the account's webhooks. */
export function EventTrailCard({ trail }: { trail: EventTrail }) {
  const [opened, setOpened] = useState(false);
  // Of each webhook its name is asked for: of no more at once than somebody wants to see.
  const [matchedShown, setMatchedShown] = useState(SHOWN);
  const [unmatchedShown, setUnmatchedShown] = useState(SHOWN);
  const { deliveries, unmatched, payloads } = trail;
  const matched = deliveries.length + payloads.length;
  const payloadsShown = Math.max(0, matchedShown - deliveries.length);
  return (
    <article className="trail">
      <section className="card facts-card" aria-label="Event">
        <dl className="facts facts-wide">
          <div>
            <dt>Type</dt>
            <dd>
              <code>{trail.type}</code>
            </dd>
          </div>
          <div>
            <dt>Source</dt>
            <dd>
              <code>{trail.source}</code>
            </dd>
          </div>
          <div>
            <dt>Accepted</dt>
            <dd>
              <Exact at={trail.accepted_at} />
            </dd>
          </div>
          <div>
            <dt>Data</dt>
            <dd>
              <button type="button" className="button button-small" onClick={() => setOpened(true)}>
                Show the data
              </button>
            </dd>
          </div>
        </dl>
      </section>
      <h2>
        {matched === 0 ? 'It was delivered to none of your webhooks' : `It was for ${plural(matched, 'webhook')}`}
      </h2>
      <ul className="list card">
        {deliveries.slice(0, matchedShown).map((delivery) => {
          const last = delivery.attempts.at(-1);
          return (
            <li key={delivery.id} className="list-item">
              <span className="list-badge">
                <DeliveryStateBadge state={delivery.state} retrying={delivery.attempts.length > 0} />
              </span>
              <span className="list-main">
                <WebhookName id={delivery.webhook_id} />
                <span className="muted">
                  {plural(delivery.attempts.length, 'attempt')}
                  {last === undefined
                    ? ''
                    : `, the last one ${last.status === null ? `without answer: ${last.error}` : `answered ${last.status}`}`}
                  <NextAttempt delivery={delivery} />
                </span>
              </span>
              <Link href={`/webhooks/${delivery.webhook_id}/deliveries/${delivery.id}`} className="button button-small">
                Open
                <Icon name="next" size={14} />
              </Link>
            </li>
          );
        })}
        {payloads.slice(0, payloadsShown).map(({ webhook_id, numbers }) => (
          <li key={webhook_id} className="list-item">
            <span className="list-badge">
              <Badge tone="good" icon="check">
                In its list
              </Badge>
            </span>
            <span className="list-main">
              <WebhookName id={webhook_id} />
              <span className="muted">as payload {numbers.join(', ')}</span>
            </span>
          </li>
        ))}
        {unmatched.slice(0, unmatchedShown).map(({ webhook_id, reason }) => (
          <li key={webhook_id} className="list-item">
            <span className="list-badge">
              <Badge tone="quiet" icon="cross">
                Not matched
              </Badge>
            </span>
            <span className="list-main">
              <WebhookName id={webhook_id} />
              <span className="reason">{reasonInWords(reason)}</span>
            </span>
          </li>
        ))}
        {matched + unmatched.length === 0 ? (
          <li className="list-item muted">You had no webhook for {trail.type} when it came.</li>
        ) : null}
      </ul>
      {matched > matchedShown ? (
        <button type="button" className="button" onClick={() => setMatchedShown(matchedShown + MORE)}>
          Show more of {plural(matched - matchedShown, 'other webhook')} that it was for
        </button>
      ) : null}
      {unmatched.length > unmatchedShown ? (
        <button type="button" className="button" onClick={() => setUnmatchedShown(unmatchedShown + MORE)}>
          Show more of {plural(unmatched.length - unmatchedShown, 'other webhook')} that did not match
        </button>
      ) : null}
      {trail.unmatched_more && unmatched.length <= unmatchedShown ? (
        <p className="muted">Still more of your webhooks did not match; they are not listed.</p>
      ) : null}
      {opened ? <EventDialog event={trail} close={() => setOpened(false)} /> : null}
    </article>
  );
}
