import type { IdentifiedEvent } from '../model/delivery.js';
import { bodyOf, deliveryOf, type Fact, letterBytes, payloadsOf } from './fact.js';

/** Deliveries, or payloads, of one transaction. */
const MAX_DELIVERIES = 1_000;
const MAX_FACTS = 4_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Facts that wait for their transaction, in the order in which they came. */
export class FactQueue {
  #facts: Fact[] = [];
  #deliveries = 0;
  #taken = 0;

  add(fact: Fact): void {
    this.#facts.push(fact);
    if (deliveryOf(fact) !== null) this.#deliveries += 1;
  }

  get isEmpty(): boolean {
    return this.#facts.length === 0;
  }

  /** How much waits, in deliveries; a fact without one counts for a fraction. */
  get weight(): number {
    return this.#deliveries + (this.#facts.length - this.#deliveries) / 4;
  }

  /** Numbers all facts ever added: the number after the last one that was added. */
  get end(): number {
    return this.#taken + this.#facts.length;
  }

  /** Takes the facts of one transaction off the queue; at least one if there is one, whatever its size. */
  take(): Fact[] {
    let deliveries = 0;
    let payloads = 0;
    let bytes = 0;
    let count = 0;
    const bodies = new Set<IdentifiedEvent>();
    for (const fact of this.#facts) {
      deliveries += deliveryOf(fact) === null ? 0 : 1;
      const body = bodyOf(fact);
      if (body !== null && !bodies.has(body)) bytes += body.data.byteLength;
      if (body !== null) bodies.add(body);
      if (fact.kind === 'dead letter') bytes += letterBytes(fact);
      const own = payloadsOf(fact);
      payloads += own.count;
      bytes += own.bytes;
      const isMuch = deliveries > MAX_DELIVERIES || payloads > MAX_DELIVERIES;
      if (count > 0 && (isMuch || bytes > MAX_BYTES || count >= MAX_FACTS)) break;
      count += 1;
    }
    const taken = this.#facts.slice(0, count);
    this.#facts = this.#facts.slice(count);
    this.#taken += count;
    for (const fact of taken) if (deliveryOf(fact) !== null) this.#deliveries -= 1;
    return taken;
  }
}
