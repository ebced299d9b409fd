import { useSyncExternalStore } from 'react';

const EVERY_MS = 5_000;

const subscribe = (changed: () => void) => {
  const timer = setInterval(changed, EVERY_MS);
  return () => clearInterval(timer);
};
const tick = (): number => Math.floor(Date.now() / EVERY_MS);

/** Shows again what depends on the time of day: on a page that stays open `5 seconds ago` is soon untrue. */
export const useTick = (): number => useSyncExternalStore(subscribe, tick);
