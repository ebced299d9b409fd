import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

interface Changed {
  webhooks: string[];
  jobs: string[];
}

/** What is about one webhook has its id behind one of these words. */
const ABOUT_ONE = new Set(['webhook', 'statistics', 'deliveries', 'delivery']);

/**
 * Follows the account's changes by one stream of server-sent events. What is on the screen and about something that
 * changed is asked again; nothing else is, and nothing is polled.
 */
export function useLiveChanges(opened: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!opened) return;
    const source = new EventSource('/v1/changes');
    source.addEventListener('changed', (event) => {
      const { webhooks, jobs } = JSON.parse(event.data as string) as Changed;
      const changed = new Set([...webhooks, ...jobs]);
      void client.invalidateQueries({
        predicate: ({ queryKey: [about, id] }) => {
          if (about === 'webhooks') return webhooks.length > 0;
          if (about === 'events') return webhooks.length > 0;
          return (about === 'job' || ABOUT_ONE.has(about as string)) && changed.has(id as string);
        },
      });
    });
    return () => source.close();
  }, [client, opened]);
}
