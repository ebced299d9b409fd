import { useQuery } from '@tanstack/react-query';
import type { EventTrail } from '../api/answers.js';
import { queries } from '../api/queries.js';
import { Due } from '../parts/moment.js';

/** When a delivery is tried next, behind what was said of it before; nothing where it is not. */
export function NextAttempt({ delivery }: { delivery: EventTrail['deliveries'][number] }) {
  const { state, webhook_id, next_attempt_at } = delivery;
  const webhook = useQuery({ ...queries.webhook(webhook_id), staleTime: 60_000 });
  if (state !== 'pending') return null;
  if (webhook.data?.state === 'paused') return ', the next when the webhook is resumed';
  if (next_attempt_at === null) return ', one under way';
  return (
    <>
      , the next <Due at={next_attempt_at} />
    </>
  );
}
