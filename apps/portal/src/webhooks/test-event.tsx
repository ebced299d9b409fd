import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { queries } from '../api/queries.js';
import { sendTest } from '../api/routes.js';
import { AttemptResult } from '../deliveries/attempt-result.js';
import { Failed } from '../parts/states.js';

const ASKED_EVERY_MS = 1_000;

/** Sends a test event as soon as it is shown, and says what the endpoint answered. */
export function TestEvent({ webhookId }: { webhookId: string }) {
  const { mutate, data, error } = useMutation({ mutationFn: () => sendTest(webhookId) });
  useEffect(() => mutate(), [mutate]);
  if (error !== null) return <Failed error={error} retry={() => mutate()} />;
  return (
    <div aria-live="polite" className="progress">
      {data === undefined ? (
        <p className="working">Sending …</p>
      ) : (
        <TestResult webhookId={webhookId} deliveryId={data.delivery_id} />
      )}
    </div>
  );
}

function TestResult({ webhookId, deliveryId }: { webhookId: string; deliveryId: string }) {
  const delivery = useQuery({
    ...queries.delivery(webhookId, deliveryId),
    // It is not there before its first attempt has ended.
    retry: 30,
    retryDelay: ASKED_EVERY_MS,
    refetchInterval: ({ state }) => ((state.data?.attempts.length ?? 0) === 0 ? ASKED_EVERY_MS : false),
  });
  const attempt = delivery.data?.attempts.at(-1);
  if (delivery.error !== null) return <Failed error={delivery.error} />;
  if (attempt === undefined) return <p className="working">Waiting for your endpoint's answer …</p>;
  return (
    <>
      <AttemptResult attempt={attempt} />
      <Link href={`/webhooks/${webhookId}/deliveries/${deliveryId}`}>See the whole delivery</Link>
    </>
  );
}
