import type { BaseWebhook, FeedChange, FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { JsonValue } from '@sluice/exact-json/json-value';
import type { Filter } from '@sluice/filters/filter';
import { FilterIndex } from '@sluice/filters/filter-index';
import { parseFilterText } from '@sluice/filters/parse-filter';
import type { Logger } from '@sluice/service-kit/logger';
import type { IdentifiedEvent } from '../model/delivery.js';
import { IndexedWebhook, isBaseWebhook, isFilterWebhook } from './indexed-webhook.js';
import { SharedTexts } from './shared-texts.js';

/** How the filter language writes a filter without conditions. */
const NO_CONDITION = '{}';

/** The webhooks of one event type: by account, and for events that are for everybody over all accounts. */
interface TypeIndex {
  accounts: Map<string, AccountIndex>;
  /** Built when the first such event comes: most types never see one. */
  everybody: Everybody | null;
}

/** An index over all accounts. Changes go into it while it is being built, too. */
interface Everybody {
  index: FilterIndex<IndexedWebhook<FilterWebhook>>;
  /** Those that are in it; null once all are. */
  added: Set<IndexedWebhook<FilterWebhook>> | null;
  /** Puts in one webhook a step; shared by all who wait for it. */
  building: Iterator<void>;
}

interface AccountIndex {
  /** Disabled ones included: who asks why an event did not arrive wants to hear of them. */
  webhooks: Set<IndexedWebhook<FilterWebhook>>;
  matching: FilterIndex<IndexedWebhook<FilterWebhook>>;
  /** Those of `matching` that take every event, whatever its data. */
  unfiltered: Set<IndexedWebhook<FilterWebhook>>;
}

/**
 * Every webhook, in memory, as the registry's change feed tells it. Changes are applied in place, one at a time; what an
 * event matches is found without looking at each filter (docs/architecture.md section 4, promise 6).
 */
export class WebhookIndex {
  readonly #webhooks = new Map<string, IndexedWebhook>();
  readonly #types = new Map<string, TypeIndex>();
  /** By base: there are at most a few for each, and each is looked at. */
  readonly #bases = new Map<string, Set<IndexedWebhook<BaseWebhook>>>();
  readonly #unreadable = new Set<string>();
  readonly #texts = new SharedTexts();
  readonly #logger: Pick<Logger, 'error'>;
  #revision = 0;

  constructor(logger: Pick<Logger, 'error'>) {
    this.#logger = logger;
  }

  /** Every change up to this revision is applied. */
  get revision(): number {
    return this.#revision;
  }

  /** Number of webhooks, disabled ones included. */
  get size(): number {
    return this.#webhooks.size;
  }

  /** Webhooks whose filter this version can't read; they match nothing. */
  get unreadable(): ReadonlySet<string> {
    return this.#unreadable;
  }

  get(webhookId: string): IndexedWebhook | undefined {
    return this.#webhooks.get(webhookId);
  }

  /** Takes the newest state of one webhook, which is the index's from then on; answers it, or undefined if it never was here. */
  apply({ webhookId, webhook, revision }: FeedChange): IndexedWebhook | undefined {
    const known = this.#webhooks.get(webhookId);
    if (known !== undefined) this.#remove(known);
    if (webhook === null) {
      this.#webhooks.delete(webhookId);
      known?.forget(revision);
      return known;
    }
    this.#texts.shareIn(webhook);
    const now = known ?? new IndexedWebhook(webhook);
    now.become(webhook, revision);
    this.#webhooks.set(now.id, now);
    this.#add(now);
    return now;
  }

  /** All changes up to `revision` were applied. */
  reached(revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
  }

  /**
   * What has to be computed before the first event for everybody can be matched, a step at each turn. Changes may be applied
   * between two steps; without having been taken to its end, `match` does the rest at once.
   */
  *prepare(event: IdentifiedEvent): Iterable<void> {
    const type = this.#types.get(event.attributes.type);
    if (type === undefined || event.stamp.audience.to !== 'all') return;
    const { building } = this.#everybody(type);
    while (building.next().done !== true) yield;
  }

  /**
   * Lazily, the enabled and paused webhooks whose filter the event's data satisfies. Don't apply changes meanwhile.
   *
   * @param data is called at most once, and only if some filter has to look at it; what it throws, the iteration throws
   * before its first webhook.
   */
  match(event: IdentifiedEvent, data: () => JsonValue): Iterable<IndexedWebhook<FilterWebhook>> {
    const type = this.#types.get(event.attributes.type);
    if (type === undefined) return [];
    if (event.stamp.audience.to === 'all') return this.#wholeEverybody(type).match(data);
    return type.accounts.get(recipientOf(event))?.matching.match(data) ?? [];
  }

  /** Lazily, those that take the event whatever its data. */
  *matchUnfiltered(event: IdentifiedEvent): Iterable<IndexedWebhook<FilterWebhook>> {
    const type = this.#types.get(event.attributes.type);
    if (type === undefined) return;
    if (event.stamp.audience.to === 'all') for (const account of type.accounts.values()) yield* account.unfiltered;
    else yield* type.accounts.get(recipientOf(event))?.unfiltered ?? [];
  }

  /** All of an account's webhooks for an event type, whether they match or not. */
  webhooksOf(accountId: string, eventType: string): Iterable<IndexedWebhook<FilterWebhook>> {
    return this.#types.get(eventType)?.accounts.get(accountId)?.webhooks ?? [];
  }

  /** The webhooks on a base's changes, in whatever state. */
  webhooksOfBase(baseId: string): Iterable<IndexedWebhook<BaseWebhook>> {
    return this.#bases.get(baseId) ?? [];
  }

  #add(indexed: IndexedWebhook): void {
    if (isFilterWebhook(indexed)) this.#addFilter(indexed);
    if (!isBaseWebhook(indexed)) return;
    const { baseId } = indexed.webhook;
    const ofBase = this.#bases.get(baseId);
    if (ofBase === undefined) this.#bases.set(baseId, new Set([indexed]));
    else ofBase.add(indexed);
  }

  #remove(indexed: IndexedWebhook): void {
    if (isFilterWebhook(indexed)) this.#removeFilter(indexed);
    if (!isBaseWebhook(indexed)) return;
    const { baseId } = indexed.webhook;
    const ofBase = this.#bases.get(baseId);
    ofBase?.delete(indexed);
    if (ofBase?.size === 0) this.#bases.delete(baseId);
  }

  #addFilter(indexed: IndexedWebhook<FilterWebhook>): void {
    const { webhook } = indexed;
    const type = this.#typeOf(webhook.eventType);
    const account = this.#accountOf(type, webhook.accountId);
    account.webhooks.add(indexed);
    if (webhook.state === 'disabled') return;
    const filter = this.#filterOf(webhook);
    if (filter === undefined) return;
    account.matching.add(indexed, filter);
    if (filter === null || filter.text === NO_CONDITION) account.unfiltered.add(indexed);
    type.everybody?.added?.add(indexed);
    type.everybody?.index.add(indexed, filter);
  }

  #removeFilter(indexed: IndexedWebhook<FilterWebhook>): void {
    const { id, eventType, accountId } = indexed.webhook;
    this.#unreadable.delete(id);
    const type = this.#types.get(eventType);
    const account = type?.accounts.get(accountId);
    if (type === undefined || account === undefined) return;
    account.webhooks.delete(indexed);
    account.matching.remove(indexed);
    account.unfiltered.delete(indexed);
    type.everybody?.added?.delete(indexed);
    type.everybody?.index.remove(indexed);
    if (account.webhooks.size > 0) return;
    type.accounts.delete(accountId);
    if (type.accounts.size === 0) this.#types.delete(eventType);
  }

  /** Undefined when it can't be read: a newer registry's operator perhaps. It must not keep others from matching. */
  #filterOf(webhook: FilterWebhook): Filter | null | undefined {
    if (webhook.filter === null) return null;
    const parsed = parseFilterText(webhook.filter);
    if (parsed.ok) return parsed.filter;
    this.#unreadable.add(webhook.id);
    return undefined;
  }

  #typeOf(eventType: string): TypeIndex {
    let type = this.#types.get(eventType);
    if (type === undefined) {
      type = { accounts: new Map(), everybody: null };
      this.#types.set(eventType, type);
    }
    return type;
  }

  #accountOf(type: TypeIndex, accountId: string): AccountIndex {
    let account = type.accounts.get(accountId);
    if (account === undefined) {
      account = { webhooks: new Set(), matching: this.#newFilterIndex(), unfiltered: new Set() };
      type.accounts.set(accountId, account);
    }
    return account;
  }

  #newFilterIndex(): FilterIndex<IndexedWebhook<FilterWebhook>> {
    return new FilterIndex<IndexedWebhook<FilterWebhook>>({
      onFault: (webhooks, error) => {
        this.#logger.error({ err: error, webhookIds: webhooks.slice(0, 10).map(({ id }) => id) }, 'filter.threw');
      },
    });
  }

  #everybody(type: TypeIndex): Everybody {
    if (type.everybody === null) {
      const added = new Set<IndexedWebhook<FilterWebhook>>();
      const index = this.#newFilterIndex();
      const building = this.#build(type, index, added);
      type.everybody = { index, added, building };
    }
    return type.everybody;
  }

  #wholeEverybody(type: TypeIndex): FilterIndex<IndexedWebhook<FilterWebhook>> {
    const { index, building } = this.#everybody(type);
    while (building.next().done !== true);
    return index;
  }

  *#build(
    type: TypeIndex,
    index: FilterIndex<IndexedWebhook<FilterWebhook>>,
    added: Set<IndexedWebhook<FilterWebhook>>,
  ): Iterator<void> {
    for (const account of type.accounts.values()) {
      for (const indexed of account.webhooks) {
        const filter =
          added.has(indexed) || indexed.standing === 'disabled' ? undefined : this.#filterOf(indexed.webhook);
        if (filter !== undefined) {
          added.add(indexed);
          index.add(indexed, filter);
        }
        yield;
      }
    }
    if (type.everybody !== null) type.everybody.added = null;
  }
}

/** The account that an event for one account is for. */
const recipientOf = ({ stamp: { audience, accountId } }: IdentifiedEvent): string =>
  audience.to === 'account' ? audience.accountId : accountId;
