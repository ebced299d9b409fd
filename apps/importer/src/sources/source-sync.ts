import { EventEmitter, once } from 'node:events';
import type { Source, Sources } from '@sluice/contracts/sources';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { SourceState } from '../publish/importer-metrics.js';
import { SourceRun, type SourceRunParts } from './source-run.js';

type ToldSources = Awaited<ReturnType<Sources['syncSources']>>;

const EVERY_MS = 2_000;
/** The registry may be away for a moment: what runs goes on by what was last known. */
const LATE_MS = 15_000;

/**
 * Keeps running what the registry says there is: asks it every two seconds, and tells it how each source does. A source that
 * is deleted stops; one that is changed goes on by its new configuration, from where it is.
 */
export class SourceSync {
  private readonly runs = new Map<string, SourceRun>();
  private known: ReadonlyMap<string, Source> = new Map();
  /** Questions to the registry by their numbers: the newest one, the newest that was answered, and one that somebody waits for. */
  private asked = 0;
  private answered = 0;
  private awaited = 0;
  /** Emits `answer`; each partition of retries may wait for one. */
  private readonly answers = new EventEmitter().setMaxListeners(0);
  private readonly ending = new Set<Promise<void>>();
  private stopped = false;
  private loop: Promise<void> | null = null;
  private wake: () => void = () => {};
  private syncedMs = Number.NEGATIVE_INFINITY;
  private fault: string | null = null;

  constructor(
    private readonly registry: Pick<Sources, 'syncSources'>,
    /** Another one after each start. */
    private readonly reporter: string,
    private readonly parts: SourceRunParts & { clock: Clock; logger: Logger },
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  /**
   * All sources by id, as the registry tells them when it is asked after this call: what was changed before it is among them.
   * Waits for as long as the registry does not answer.
   *
   * @throws when the signal is raised first.
   */
  async sourcesFromNow(released: AbortSignal): Promise<ReadonlyMap<string, Source>> {
    const awaited = this.asked + 1;
    this.awaited = awaited;
    this.wake();
    while (this.answered < awaited) await once(this.answers, 'answer', { signal: released });
    return this.known;
  }

  problem(): string | null {
    if (this.parts.clock.monotonicMs() - this.syncedMs < LATE_MS) return null;
    return `the registry does not tell the sources${this.fault === null ? '' : `: ${this.fault}`}`;
  }

  /** How each source does that runs here. */
  states(): SourceState[] {
    return Array.from(this.runs, ([sourceId, run]) => ({ sourceId, lag: run.lag(), hasProblem: run.hasProblem() }));
  }

  /** Resolves when all readers have ended, each as {@link SourceRun.stop} says. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.loop;
    await Promise.allSettled([...[...this.runs.values()].map((run) => run.stop()), ...this.ending]);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.sync();
      if (this.stopped) return;
      await new Promise<void>((resolve) => {
        // Somebody may have begun to wait while the registry was answering.
        const isAwaited = this.fault === null && this.answered < this.awaited;
        const timer = setTimeout(resolve, isAwaited ? 0 : EVERY_MS);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private async sync(): Promise<void> {
    const { logger, clock } = this.parts;
    this.asked += 1;
    const { asked } = this;
    try {
      const reports = [...this.runs.values()].map((run) => run.report());
      const told = await this.registry.syncSources({ instance: this.reporter, reports });
      this.syncedMs = clock.monotonicMs();
      this.fault = null;
      if (this.stopped) return;
      this.apply(told);
      this.answered = asked;
      this.answers.emit('answer');
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
      logger.warn({ err: error }, 'sources.sync_failed');
    }
  }

  private apply({ sources, unchanged }: ToldSources): void {
    const asBefore = unchanged.flatMap((id) => this.known.get(id) ?? []);
    const known = new Map([...asBefore, ...sources].map((source) => [source.id, source]));
    this.known = known;
    for (const [id, run] of this.runs) {
      if (known.has(id)) continue;
      this.runs.delete(id);
      const ended = run.stop().finally(() => {
        this.parts.metrics.forget(id);
        this.ending.delete(ended);
      });
      this.ending.add(ended);
    }
    for (const source of sources) {
      const run = this.runs.get(source.id);
      if (run === undefined) this.runs.set(source.id, new SourceRun(source, this.parts));
      else run.apply(source);
    }
  }
}
