import type { Query, QueryClient } from '@tanstack/react-query';
import type { Changed, EventTrail, ManyStatistics } from './answers.js';

/** How often the list of webhooks and its statistics are asked again, however much goes on. */
const LIST_EVERY_MS = 10_000;

/** What is about one webhook has its id behind one of these words. */
const ABOUT_ONE = new Set<unknown>(['webhook', 'statistics', 'deliveries', 'delivery']);
const FOLLOWED = new Set<unknown>([...ABOUT_ONE, 'webhooks', 'events', 'job', 'account']);

/** Asks again what is on the screen and about something that changed, and nothing else. */
export class AskedAgain {
  /** Webhooks that changed since the list was asked. */
  private readonly waiting = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private listAskedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly client: QueryClient) {}

  changed({ webhooks, jobs }: Changed): void {
    const [changed, ended] = [new Set(webhooks), new Set(jobs)];
    this.ask(({ queryKey: [about, id], state }) => {
      if (about === 'job') return ended.has(id as string);
      if (about === 'events') return isInTrails(changed, state.data as { events: EventTrail[] } | undefined);
      return ABOUT_ONE.has(about) && changed.has(id as string);
    });
    if (webhooks.length === 0) return;
    for (const id of webhooks) this.waiting.add(id);
    this.timer ??= setTimeout(() => this.askForList(), this.listAskedAt + LIST_EVERY_MS - Date.now());
  }

  /** All that changes are told of, after a time in which none were. */
  all(): void {
    this.ask(({ queryKey: [about] }) => FOLLOWED.has(about));
  }

  session(): void {
    this.ask(({ queryKey: [about] }) => about === 'account');
  }

  end(): void {
    clearTimeout(this.timer);
  }

  /** The list by any change, since a webhook that was made is on no page of it yet; statistics by those they are of. */
  private askForList(): void {
    const changed = new Set(this.waiting);
    this.waiting.clear();
    this.timer = undefined;
    this.listAskedAt = Date.now();
    this.ask(({ queryKey: [about, what], state }) => {
      if (about !== 'webhooks') return false;
      return what === 'list' || isInStatistics(changed, state.data as ManyStatistics | undefined);
    });
  }

  private ask(predicate: (query: Query) => boolean): void {
    void this.client.invalidateQueries({ predicate });
  }
}

const isInStatistics = (changed: ReadonlySet<string>, found: ManyStatistics | undefined): boolean =>
  found?.webhooks.some(({ webhook_id }) => changed.has(webhook_id)) ?? false;

const isInTrails = (changed: ReadonlySet<string>, found: { events: EventTrail[] } | undefined): boolean =>
  found?.events.some(({ deliveries, payloads, unmatched }) =>
    [deliveries, payloads, unmatched].some((list) => list.some(({ webhook_id }) => changed.has(webhook_id))),
  ) ?? false;
