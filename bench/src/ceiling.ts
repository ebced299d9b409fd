import { benchEvent } from './bench-event.js';
import { ChildProgram } from './child-program.js';
import { median } from './percentile.js';
import type { SenderTask } from './programs/bare-sender.js';
import type { Receiver } from './receiver.js';

/** How many times at each measurement. */
const TIMES = 2;

/** What is delivered when nothing is done but signing and sending. */
export class Ceiling {
  private readonly measured: number[] = [];

  constructor(
    private readonly receiver: Receiver,
    private readonly headers: string[],
    private readonly deliveries: number,
  ) {}

  get perSecond(): number {
    return median(this.measured);
  }

  async measure(): Promise<void> {
    const body = JSON.stringify(benchEvent('event-12345', '12345', 'ceiling').data);
    const task: SenderTask = {
      url: this.receiver.url('/ceiling'),
      headers: this.headers,
      body,
      count: this.deliveries,
    };
    for (let times = 0; times < TIMES; times += 1) {
      const sender = await ChildProgram.start<'ready', SenderTask, { perSecond: number }>(
        new URL('./programs/bare-sender.js', import.meta.url),
      );
      this.measured.push((await sender.ask(task)).perSecond);
      sender.stop();
    }
  }
}
