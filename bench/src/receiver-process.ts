import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Report {
  count: number;
  /** Arrival by event id, milliseconds since the epoch. */
  arrivals: Record<string, number>;
}

/** The bare receiver, from the parent's side. */
export class ReceiverProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<ReceiverProcess> {
    const child = fork(fileURLToPath(new URL('./bare-receiver.js', import.meta.url)));
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new ReceiverProcess(child, `http://127.0.0.1:${port}/`);
  }

  report(): Promise<Report> {
    return this.ask('report');
  }

  reset(): Promise<Report> {
    return this.ask('reset');
  }

  stop(): void {
    this.child.disconnect();
  }

  private async ask(what: 'report' | 'reset'): Promise<Report> {
    const answer = once(this.child, 'message') as Promise<[Report]>;
    this.child.send(what);
    return (await answer)[0];
  }
}
