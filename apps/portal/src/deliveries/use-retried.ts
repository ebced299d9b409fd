import { useQuery } from '@tanstack/react-query';
import type { DeliverySummary } from '../api/answers.js';
import { queries } from '../api/queries.js';

/** Looks for one that is tried again among so many of those that are pending. */
const PENDING_SEEN = 25;

/** A delivery of the webhook that failed and is tried again; undefined where none is known. */
export function useRetried(webhookId: string): DeliverySummary | undefined {
  const pending = useQuery(queries.deliveries(webhookId, { state: 'pending', limit: PENDING_SEEN }));
  return pending.data?.deliveries.find(({ attempts_made }) => attempts_made > 0);
}
