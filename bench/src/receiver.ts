import { ChildProgram } from './child-program.js';
import type { ReceiverAnswer, ReceiverQuestion } from './programs/receiver.js';

/** The receiving end, a process of its own. Whatever sends to it in a run sends to the same one. */
export class Receiver {
  private constructor(private readonly program: ChildProgram<{ port: number }, ReceiverQuestion, ReceiverAnswer>) {}

  static async start(): Promise<Receiver> {
    return new Receiver(await ChildProgram.start(new URL('./programs/receiver.js', import.meta.url)));
  }

  url(path = '/'): string {
    return `http://127.0.0.1:${this.program.ready.port}${path}`;
  }

  /** Forgets what came, and from now on gives no answer at these paths. */
  async reset(hanging: readonly string[] = []): Promise<void> {
    await this.program.ask({ ask: 'reset', hanging });
  }

  count(): Promise<ReceiverAnswer> {
    return this.program.ask({ ask: 'count' });
  }

  /** When each event came whose id begins with `timed-`. */
  async arrivals(): Promise<ReadonlyMap<string, number>> {
    const { arrivals = {} } = await this.program.ask({ ask: 'arrivals' });
    return new Map(Object.entries(arrivals));
  }

  stop(): void {
    this.program.stop();
  }
}
