import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';

/** An answer that is younger than this is given again: anybody may ask, and asking costs the other parts work. */
const FRESH_MS = 500;
const PART_LIMIT_MS = 2_000;

export interface ReadinessParts {
  registry: Pick<Registry, 'revision'>;
  dispatcher: Pick<Dispatcher, 'eventTrail'>;
  stream: Pick<EventStream, 'probe'>;
  clock: Clock;
  /** What parts in the same process say of themselves. */
  neighbours?: (() => Promise<string[]>) | undefined;
}

/** Whether every part that a request may need answers. */
export class Readiness {
  private asked: { found: Promise<Problem[]>; untilMs: number } | null = null;

  constructor(private readonly parts: ReadinessParts) {}

  /** What is wrong, by part, without details that are nobody's business; empty when all is well. Never throws. */
  async problems(): Promise<string[]> {
    return (await this.found()).map(({ told }) => told);
  }

  /** The same with what each part said, a right that is missing for example: for those who operate it. Never throws. */
  async details(): Promise<string[]> {
    return (await this.found()).map(({ told, reason }) => (reason === null ? told : `${told}: ${reason}`));
  }

  private found(): Promise<Problem[]> {
    const nowMs = this.parts.clock.monotonicMs();
    if (this.asked === null || this.asked.untilMs < nowMs) {
      this.asked = { found: this.ask(), untilMs: nowMs + FRESH_MS };
    }
    return this.asked.found;
  }

  private async ask(): Promise<Problem[]> {
    const { registry, dispatcher, stream, neighbours } = this.parts;
    const answers = await Promise.all([
      problemOf('the registry', registry.revision({})),
      problemOf('the event stream', stream.probe()),
      // Refused for its empty credential, which is an answer.
      problemOf('the dispatcher', dispatcher.eventTrail({ credential: '', source: '', id: '' })),
    ]);
    const said = (await neighbours?.()) ?? [];
    return [...answers.flatMap((problem) => problem ?? []), ...said.map((told) => ({ told, reason: null }))];
  }
}

interface Problem {
  /** For anybody. */
  told: string;
  reason: string | null;
}

async function problemOf(part: string, answer: Promise<unknown>): Promise<Problem | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${PART_LIMIT_MS} ms`)), PART_LIMIT_MS);
  });
  try {
    await Promise.race([answer, late]);
    return null;
  } catch (error) {
    return { told: `${part} does not answer`, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
