import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { queries } from '../api/queries.js';
import { meaningOf } from '../deliveries/attempt-meaning.js';
import { AttemptResult } from '../deliveries/attempt-result.js';
import { prettyText } from '../json/pretty-json.js';
import { Code } from '../parts/code.js';
import { Failed } from '../parts/states.js';

const ASKED_EVERY_MS = 1_000;

/** What the endpoint answers to a test event, once it does. */
export function TestResult({ webhookId, deliveryId }: { webhookId: string; deliveryId: string }) {
  const delivery = useQuery({
    ...queries.delivery(webhookId, deliveryId),
    // Changes tell of it, too, as far as they can be followed.
    refetchInterval: ({ state: { data, status } }) =>
      status === 'error' || (data !== undefined && data.attempts.length > 0) ? false : ASKED_EVERY_MS,
  });
  const attempt = delivery.data?.attempts.at(-1);
  const meaning = attempt === undefined ? null : meaningOf(attempt);
  if (delivery.error !== null) {
    return <Failed error={delivery.error} retry={() => void delivery.refetch()} />;
  }
  return (
    <div aria-live="polite" className="progress">
      {attempt === undefined ? (
        <p className="working">Sent. Waiting for your endpoint’s answer …</p>
      ) : (
        <>
          <AttemptResult attempt={attempt} />
          {meaning === null ? null : <p className="muted">{meaning}</p>}
          {attempt.response_excerpt ? (
            <Code label="What your endpoint answered" text={prettyText(attempt.response_excerpt)} bare />
          ) : attempt.status === null ? null : (
            <p className="muted">Its answer had no body.</p>
          )}
          <Link href={`/webhooks/${webhookId}/deliveries/${deliveryId}`}>See the whole delivery</Link>
        </>
      )}
    </div>
  );
}
