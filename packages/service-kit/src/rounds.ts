export interface RoundsOptions {
  /** Wakes the rounds when there is more to do at once. */
  round: () => Promise<void>;
  /** The pause after a round when nobody says that there is something to do. */
  idleMs: number;
  /** Told what a round threw; the next one comes after a pause. */
  failed: (error: unknown) => void;
}

/** Does something again and again, until it is stopped: after a pause, or as soon as somebody says that there is something to do. */
export class Rounds {
  readonly #options: RoundsOptions;
  #loop: Promise<void> | null = null;
  #stopped = false;
  #woken = false;
  #wake: () => void = () => {};

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There is something to do: the next round comes at once, after the one under way. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Resolves when the round under way is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { round, idleMs, failed } = this.#options;
    while (!this.#stopped) {
      this.#woken = false;
      try {
        await round();
      } catch (error) {
        this.#woken = false;
        failed(error);
      }
      if (!this.#stopped && !this.#woken) await this.#pause(idleMs);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
