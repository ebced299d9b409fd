import type { EventType, Registry } from '@sluice/contracts/registry-commands';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';
import type { Caller } from '../authenticate/caller.js';
import { Fault, faultOf } from '../refusals/fault.js';

const FRESH_MS = 5_000;
const REMEMBERED_ACCOUNTS = 1_000;

export type Catalogue = ReadonlyMap<string, EventType>;

/** Names in a sentence; an account may have hundreds. */
const NAMED_TYPES = 50;

/** The types of a catalogue as a sentence lists them, in the order of the alphabet. */
export function namesOf(catalogue: Catalogue): string {
  const names = [...catalogue.keys()].sort();
  return names.length > NAMED_TYPES ? `${names.slice(0, NAMED_TYPES).join(', ')} …` : names.join(', ');
}

interface Remembered {
  catalogue: Catalogue;
  untilMs: number;
}

/**
 * The event types of the accounts that publish here, at most 5 s old. A type that is not in it is looked for again
 * before anything is refused, so that one counts from the moment it was registered.
 */
export class Catalogues {
  private readonly remembered = new BoundedMap<string, Remembered>(REMEMBERED_ACCOUNTS);
  private readonly asking = new Map<string, Promise<Catalogue>>();

  constructor(
    private readonly registry: Pick<Registry, 'catalogue'>,
    private readonly clock: Clock,
  ) {}

  /** A catalogue that has all of `types`, or was read after this call. Throws a fault, or what the registry throws. */
  async having(types: readonly string[], caller: Caller): Promise<Catalogue> {
    const { accountId } = caller.principal;
    const found = this.remembered.get(accountId);
    const suffices = found !== undefined && hasAll(found.catalogue, types);
    if (suffices && found.untilMs > this.clock.monotonicMs()) return found.catalogue;
    try {
      // What is being read already may be older than this call, and than a type that was registered before it.
      const shared = this.asking.get(accountId);
      const catalogue = await (shared ?? this.ask(caller));
      return shared === undefined || hasAll(catalogue, types) ? catalogue : await this.ask(caller);
    } catch (error) {
      if (suffices && !(error instanceof Fault)) return found.catalogue;
      throw error;
    }
  }

  /** The account's catalogue was changed through this gateway. */
  forget(accountId: string): void {
    this.remembered.delete(accountId);
    this.asking.delete(accountId);
  }

  private ask(caller: Caller): Promise<Catalogue> {
    const { accountId } = caller.principal;
    const underWay = this.asking.get(accountId);
    if (underWay !== undefined) return underWay;
    const untilMs = this.clock.monotonicMs() + FRESH_MS;
    const asking = this.read(caller).then(
      (catalogue) => {
        // Forgotten meanwhile: this answer may be older than the change.
        if (this.asking.get(accountId) === asking) this.remembered.set(accountId, { catalogue, untilMs });
        this.settle(accountId, asking);
        return catalogue;
      },
      (error: unknown) => {
        this.settle(accountId, asking);
        throw error;
      },
    );
    this.asking.set(accountId, asking);
    return asking;
  }

  private async read({ credential }: Caller): Promise<Catalogue> {
    const result = await this.registry.catalogue({ credential });
    if (!result.ok) throw faultOf(result.refusal);
    return new Map(result.value.eventTypes.map((type) => [type.name, type]));
  }

  private settle(accountId: string, asking: Promise<Catalogue>): void {
    if (this.asking.get(accountId) === asking) this.asking.delete(accountId);
  }
}

const hasAll = (catalogue: Catalogue, types: readonly string[]): boolean => types.every((type) => catalogue.has(type));
