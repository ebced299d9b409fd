import { openSync, writeSync } from 'node:fs';

const AGAIN_MS = 10;
const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Where a log's lines go. Each is written before the next statement runs: what is logged is there, and in order, however the
 * process ends. One that can't be written is lost: that a disk is full or that nobody reads any more ends no process.
 */
export class LogLines {
  /** The last line was written by halves. */
  private torn = false;

  constructor(private readonly file: number) {}

  static appendedTo(path: string): LogLines {
    return new LogLines(openSync(path, 'a'));
  }

  write(line: string): void {
    const bytes = Buffer.from(this.torn ? `\n${line}` : line);
    let written = 0;
    while (written < bytes.length) {
      try {
        written += writeSync(this.file, bytes, written);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
          this.torn ||= written > 0;
          return;
        }
        // A pipe whose reader is slow.
        Atomics.wait(never, 0, 0, AGAIN_MS);
      }
    }
    this.torn = false;
  }
}
