import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.js';
import { healthOf } from './health.js';
import { HealthBadge } from './health-badge.js';

/** How one webhook fares now, once that is known and if anything was tried. */
export function HealthOfWebhook({ id }: { id: string }) {
  const { data } = useQuery(queries.lastDay([id]));
  const health = healthOf(data?.webhooks[0]?.hours ?? []);
  return health === null ? null : <HealthBadge health={health} />;
}
