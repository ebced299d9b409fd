import { setTimeout as pause } from 'node:timers/promises';
import type { Follow, Versioned } from '@sluice/contracts/follow-commands';

const EVERY_MS = 1_000;
/** Longer than a transaction takes to commit what it dated at its beginning. */
const OVERLAP_MS = 5_000;
const LONGEST_MS = 3_600_000;
/** Versions that are remembered of an account; those that were not told for long go first. */
const MOST_KNOWN = 20_000;

export interface Changed {
  webhooks: string[];
  jobs: string[];
}

export interface Watcher {
  credential: string;
  changed(changes: Changed): void;
  /** Its credential counts no longer, or nobody answers. */
  ended(): void;
}

/** What changes in accounts that somebody looks at: one question a second for each, however many look. */
export class AccountWatches {
  readonly #watches = new Map<string, Set<Watcher>>();

  constructor(private readonly dispatcher: Pick<Follow, 'recentChanges'>) {}

  /** @param signal ends it. */
  watch(accountId: string, watcher: Watcher, signal: AbortSignal): void {
    if (signal.aborted) return;
    const watchers = this.#watches.get(accountId);
    const all = watchers ?? new Set();
    all.add(watcher);
    signal.addEventListener('abort', () => all.delete(watcher));
    if (watchers !== undefined) return;
    this.#watches.set(accountId, all);
    void this.#poll(accountId, all);
  }

  async #poll(accountId: string, watchers: Set<Watcher>): Promise<void> {
    const known = new Map<string, string>();
    let askedMs = Number.NEGATIVE_INFINITY;
    while (watchers.size > 0) {
      const nowMs = performance.now();
      const withinMs = Math.ceil(Math.min(nowMs - askedMs + OVERLAP_MS, LONGEST_MS));
      const isFirst = askedMs === Number.NEGATIVE_INFINITY;
      const changes = await this.#ask([...watchers][0] as Watcher, isFirst ? OVERLAP_MS : withinMs);
      if (changes !== null) {
        askedMs = nowMs;
        const news = { webhooks: newOf(known, changes.webhooks), jobs: newOf(known, changes.jobs) };
        const isNews = !isFirst && news.webhooks.length + news.jobs.length > 0;
        if (isNews) for (const watcher of watchers) watcher.changed(news);
      }
      await pause(EVERY_MS);
    }
    this.#watches.delete(accountId);
  }

  /** Null when there is no answer now. A watcher whose credential is refused looks no longer; the next one's is asked with. */
  async #ask(watcher: Watcher, withinMs: number) {
    try {
      const result = await this.dispatcher.recentChanges({ credential: watcher.credential, withinMs });
      if (result.ok) return result.value;
      watcher.ended();
    } catch {
      // A part is away: what changes meanwhile is asked for later.
    }
    return null;
  }
}

/** The ids whose version is another one than before. */
function newOf(known: Map<string, string>, found: readonly Versioned[]): string[] {
  const fresh = found.filter(({ id, version }) => known.get(`${id} ${version}`) === undefined);
  for (const { id, version } of found) {
    const name = `${id} ${version}`;
    known.delete(name);
    known.set(name, id);
  }
  for (const name of known.keys()) {
    if (known.size <= MOST_KNOWN) break;
    known.delete(name);
  }
  return [...new Set(fresh.map(({ id }) => id))];
}
