import type { Changed } from './answers.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

interface Follower {
  changed: (changed: Changed) => void;
  /** It is told again, and something may have changed while it was not. */
  missed: () => void;
  /** It can't be followed now. Why is told to no script: perhaps the session has ended. */
  refused: () => void;
}

/**
 * Follows the account's changes for as long as somebody can see the page: over HTTP/1.1 a browser has six connections to
 * a server, for all its tabs. What it answers ends it.
 */
export function followChanges({ changed, missed, refused }: Follower): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refusals = 0;
  let interrupted = false;

  const open = () => {
    const opened = new EventSource('/v1/changes');
    source = opened;
    opened.addEventListener('open', () => {
      refusals = 0;
      if (interrupted) missed();
      interrupted = false;
    });
    opened.addEventListener('changed', (event) => changed(JSON.parse(event.data as string) as Changed));
    opened.addEventListener('error', () => {
      interrupted = true;
      // After a cut it connects again by itself, after an answer such as 429 or 503 it does not.
      if (opened.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, waitAfter(refusals++));
      refused();
    });
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    interrupted = true;
  };
  const look = () => {
    if (document.hidden) close();
    else if (source === null) open();
  };

  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    close();
  };
}

/** Up to twice as long each time, and never all pages at once. */
const waitAfter = (refusals: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** refusals, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
