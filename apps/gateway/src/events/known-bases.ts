import type { Base, Bases } from '@sluice/contracts/base-commands';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';
import { faultOf } from '../refusals/fault.js';

const FRESH_MS = 5_000;
const REMEMBERED_BASES = 10_000;

/** A base as somebody names it: that of an account. */
export interface BaseName {
  accountId: string;
  baseId: string;
}

interface Remembered {
  base: Base;
  untilMs: number;
}

/**
 * The bases that changes were published of here, at most 5 s old. One that is not known, or not as it is hoped for, is
 * asked for again before anything is refused, so that it counts from the moment it was created.
 */
export class KnownBases {
  private readonly remembered = new BoundedMap<string, Remembered>(REMEMBERED_BASES);
  private readonly asking = new Map<string, Promise<Base | null>>();

  constructor(
    private readonly registry: Pick<Bases, 'findBase'>,
    private readonly clock: Clock,
  ) {}

  /**
   * The base if it `suffices`, else as it was read after this call; null when the account has no such base.
   *
   * @throws {Fault} when the registry refuses the credential; ServiceUnavailable when it is away and the base not known.
   */
  async find(name: BaseName, credential: string, suffices: (base: Base) => boolean): Promise<Base | null> {
    const found = this.remembered.get(keyOf(name));
    if (found !== undefined && found.untilMs > this.clock.monotonicMs() && suffices(found.base)) return found.base;
    const shared = this.asking.get(questionOf(name, credential));
    if (shared === undefined) return this.ask(name, credential);
    // It may be older than this call, and than the creation of the base.
    const base = await shared;
    return base !== null && suffices(base) ? base : this.ask(name, credential);
  }

  /** The base was deleted through this gateway. */
  forget(name: BaseName): void {
    this.remembered.delete(keyOf(name));
    for (const question of this.asking.keys())
      if (question.startsWith(questionOf(name, ''))) this.asking.delete(question);
  }

  private ask(name: BaseName, credential: string): Promise<Base | null> {
    const question = questionOf(name, credential);
    const underWay = this.asking.get(question);
    if (underWay !== undefined) return underWay;
    const untilMs = this.clock.monotonicMs() + FRESH_MS;
    const asking = this.read(name, credential).then((base) => {
      // Forgotten meanwhile: this answer may be older than the deletion.
      if (base !== null && this.asking.get(question) === asking) this.remembered.set(keyOf(name), { base, untilMs });
      return base;
    });
    this.asking.set(question, asking);
    const settle = () => {
      if (this.asking.get(question) === asking) this.asking.delete(question);
    };
    asking.then(settle, settle);
    return asking;
  }

  private async read(name: BaseName, credential: string): Promise<Base | null> {
    const result = await this.registry.findBase({ ...name, credential });
    if (!result.ok) throw faultOf(result.refusal);
    return result.value.base;
  }
}

const keyOf = ({ accountId, baseId }: BaseName): string => `${accountId} ${baseId}`;

/** By credential too: what the registry refuses to one must not be refused to another. */
const questionOf = (name: BaseName, credential: string): string => `${keyOf(name)} ${credential}`;
