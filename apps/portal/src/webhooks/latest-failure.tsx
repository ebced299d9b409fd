import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { DeliverySummary } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { useRetried } from '../deliveries/use-retried.js';
import { Icon } from '../parts/icon.js';
import { Ago, Due } from '../parts/moment.js';

/** A failure of another day is no alarm. */
const OLD_MS = 86_400_000;

/** Why deliveries fail, one click away: the latest that failed, or that is being tried again. */
export function LatestFailure({ webhookId, paused }: { webhookId: string; paused: boolean }) {
  const ended = useQuery(queries.deliveries(webhookId, { state: 'exhausted', limit: 1 }));
  const retried = useRetried(webhookId);
  const failure = retried ?? ended.data?.deliveries[0];
  if (failure === undefined) return null;
  return (
    <p className={`note latest-failure ${isOld(failure) ? 'note-accent' : 'note-bad'}`}>
      <Icon name={isOld(failure) ? 'clock' : 'alert'} />
      <span>
        {failure === retried ? 'A delivery fails and is tried again: ' : 'The latest delivery that failed: '}
        <span className="mono">{failure.event?.id ?? failure.id}</span>, <Answered delivery={failure} />
        <When delivery={failure} paused={paused} />.
      </span>
      <Link href={`/webhooks/${webhookId}/deliveries/${failure.id}`} className="note-link">
        See why
      </Link>
    </p>
  );
}

const isOld = ({ ended_at }: DeliverySummary): boolean =>
  ended_at !== null && Date.now() - Date.parse(ended_at) > OLD_MS;

const Answered = ({ delivery: { last_status } }: { delivery: DeliverySummary }) =>
  last_status ? `answered with status ${last_status}` : 'without an answer';

function When({ delivery: { ended_at, next_attempt_at }, paused }: { delivery: DeliverySummary; paused: boolean }) {
  if (ended_at !== null) {
    return (
      <>
        , <Ago at={ended_at} />
      </>
    );
  }
  if (paused) return ', the next attempt when the webhook is resumed';
  if (next_attempt_at === null) return ', the next attempt under way';
  return (
    <>
      , the next attempt <Due at={next_attempt_at} />
    </>
  );
}
