/** Lets many wait for the next time that something happens. */
export class WakeUp {
  private rung = 0;
  private readonly waiting = new Set<() => void>();

  /** How often it has rung: take the number before looking, and wait for the next ring after it. */
  get count(): number {
    return this.rung;
  }

  ring(): void {
    this.rung += 1;
    for (const wake of this.waiting) wake();
  }

  /** Resolves when it has rung since `count`, at once if it did already, and at the latest after the time. */
  since(count: number, milliseconds: number): Promise<void> {
    if (this.rung !== count) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
    });
  }
}
