import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of bench/ in a process of its own, which says one thing when it is ready and answers each question with one message. */
export class ChildProgram<Ready, Question extends object, Answer> {
  private constructor(
    private readonly child: ChildProcess,
    readonly ready: Ready,
  ) {}

  static async start<Ready, Question extends object, Answer>(
    file: URL,
    { args = [], execArgv = [] }: { args?: string[]; execArgv?: string[] } = {},
  ): Promise<ChildProgram<Ready, Question, Answer>> {
    const child = fork(fileURLToPath(file), args, { execArgv });
    return new ChildProgram(child, await message<Ready>(child));
  }

  async ask(question: Question): Promise<Answer> {
    this.child.send(question);
    return message<Answer>(this.child);
  }

  /** The programs end when they lose their parent. */
  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }
}

async function message<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const failed = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs[1]} ended with ${code}`);
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal: ended.signal }), failed])) as [T];
    return answer;
  } finally {
    ended.abort();
    failed.catch(() => {});
  }
}
