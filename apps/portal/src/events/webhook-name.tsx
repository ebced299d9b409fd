import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { queries } from '../api/queries.js';

/** A webhook by its endpoint, as soon as that is known; one that is gone by its id. */
export function WebhookName({ id }: { id: string }) {
  const { data } = useQuery({ ...queries.webhook(id), staleTime: 60_000 });
  return (
    <Link href={`/webhooks/${id}`} className="row-main clip">
      {data?.endpoint ?? id}
    </Link>
  );
}
