import { DatabaseLine } from '@sluice/testing/database-line';
import type { Statement } from '@sluice/testing/database-messages';
import { DispatcherProcess } from './dispatcher-process.js';
import { type DispatcherUnderTest, PARTITIONS } from './dispatcher-under-test.js';

/** A step of a dispatcher: a statement that stands alone, or the commit of a transaction that has such a statement in it. */
export interface Step {
  when: 'before' | 'after';
  /** What the statement's name, or its text, begins with. */
  statement: string;
}

/** Nothing of the statement was done. */
export const before = (statement: string): Step => ({ when: 'before', statement });
/** It was done, or committed, and nobody heard of it. */
export const after = (statement: string): Step => ({ when: 'after', statement });

/** What a statement does when it is done: itself, or at a commit everything in its transaction; nothing within one. */
const doneBy = ({ name, transaction }: Statement): readonly string[] => {
  if (name === 'commit') return transaction ?? [];
  return transaction === null ? [name] : [];
};

/** Whether what was done together is the step's doing. */
export const isOf = ({ statement }: Step, done: readonly string[]): boolean =>
  done.some((name) => name.trimStart().startsWith(statement));

/** A dispatcher in a process of its own that is killed with SIGKILL exactly at a step of its own, or when a test says so. */
export class DoomedDispatcher {
  readonly #line: DatabaseLine;
  readonly #process: DispatcherProcess;
  /** What stood alone, and what was committed together, so far: names of statements. */
  readonly done: (readonly string[])[] = [];
  /** The texts of the statements, by name. */
  readonly texts = new Map<string, string>();
  #dead = false;
  #died: () => void = () => {};
  /** Resolves when it is dead. */
  readonly death = new Promise<void>((resolve) => {
    this.#died = resolve;
  });

  private constructor(line: DatabaseLine, process: DispatcherProcess) {
    this.#line = line;
    this.#process = process;
  }

  /**
   * @param step null: it lives until {@link kill}.
   * @param environment what it needs beside the database.
   */
  static async start(
    { database, feed }: DispatcherUnderTest,
    step: Step | null,
    environment: Record<string, string> = {},
  ): Promise<DoomedDispatcher> {
    const line = await DatabaseLine.to(database.url);
    const process = await DispatcherProcess.create(feed, {
      DATABASE_URL: line.url,
      EVENT_PARTITIONS: String(PARTITIONS),
      ...environment,
    });
    const doomed = new DoomedDispatcher(line, process);
    line.interfere = (statement) => {
      const done = doneBy(statement);
      doomed.done.push(done);
      doomed.texts.set(statement.name, statement.text);
      if (step === null || !isOf(step, done)) return null;
      const act = () => doomed.kill().then(() => 'cut' as const);
      return { when: step.when === 'before' ? 'sent' : 'answered', act };
    };
    process.start();
    return doomed;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** At once, whatever it is at. */
  async kill(): Promise<void> {
    this.#line.sever();
    await this.#process.end('SIGKILL');
    this.#dead = true;
    this.#died();
  }

  /** Asks it to end in good order; it may die of its step on the way. */
  terminate(): Promise<number | null> {
    return this.#process.end('SIGTERM');
  }

  async close(): Promise<void> {
    await this.#process.close();
    await this.#line.close();
  }
}
