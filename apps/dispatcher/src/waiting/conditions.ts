/** Lets computations wait until something is true, and be asked again when it may have become so. */
export class Conditions {
  readonly #waiting = new Set<{ isMet: () => boolean; wake: () => void }>();

  /** Resolves at once when it is true already. */
  async until(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((wake) => this.#waiting.add({ isMet, wake }));
  }

  /** What they wait for may have become true. */
  changed(): void {
    for (const waiter of this.#waiting) {
      if (!waiter.isMet()) continue;
      this.#waiting.delete(waiter);
      waiter.wake();
    }
  }
}
