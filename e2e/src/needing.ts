import { spawnSync } from 'node:child_process';
import { it } from 'vitest';

/**
 * A case that needs a program; `answersTo` are arguments with which it ends with 0 where all that is needed is there.
 * Where it is not, the case is skipped with the reason on the screen; in CI that fails.
 */
export function needing(program: string, answersTo: string[], name: string, work: () => Promise<void>): void {
  if (spawnSync(program, answersTo, { stdio: 'ignore' }).status === 0 || process.env.CI) {
    it(name, work);
    return;
  }
  process.stderr.write(`SKIPPED ${name}: ${program} is not installed\n`);
  it.skip(`skipped: ${program} is not installed`, () => undefined);
}
