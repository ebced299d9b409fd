import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { AskedAgain } from './asked-again.js';
import { followChanges } from './follow-changes.js';

/** Keeps what is on the screen as it is now, by one stream of server-sent events. */
export function useLiveChanges(opened: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!opened) return;
    const again = new AskedAgain(client);
    const leave = followChanges({
      changed: (changed) => again.changed(changed),
      missed: () => again.all(),
      refused: () => again.session(),
    });
    return () => {
      leave();
      again.end();
    };
  }, [client, opened]);
}
