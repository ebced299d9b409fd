import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';

const run = promisify(execFile);
const cacheFolder = fileURLToPath(new URL('../../../../.cache/', import.meta.url));
const INSTALL_LIMIT_MS = 5 * 60_000;

/** A Python with some packages of its own, away from the machine's. */
export class PythonEnvironment {
  private constructor(private readonly interpreter: string) {}

  /**
   * Made on first use and kept under `.cache/`; `requirements` are lines as pip reads them, each with its version.
   *
   * @throws with what is missing: Python, its `venv`, or a package index that answers.
   */
  static async having(requirements: readonly string[]): Promise<PythonEnvironment> {
    const hash = createHash('sha256').update(requirements.join('\n')).digest('hex').slice(0, 12);
    const folder = join(cacheFolder, `python-${hash}`);
    const interpreter = join(folder, 'bin', 'python');
    const complete = join(folder, 'complete');
    if (!existsSync(complete)) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_LIMIT_MS });
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements];
      await run(interpreter, install, { timeout: INSTALL_LIMIT_MS });
      writeFileSync(complete, requirements.join('\n'));
    }
    return new PythonEnvironment(interpreter);
  }

  /** Runs a script with arguments and answers what it printed as JSON. Throws what it wrote to stderr. */
  async json<T>(script: string, ...args: readonly string[]): Promise<T> {
    const { stdout } = await run(this.interpreter, [script, ...args], { timeout: 120_000 });
    return JSON.parse(stdout) as T;
  }

  /**
   * Runs a program that one of the packages brought, and answers how it ended and what it printed.
   *
   * @throws when it takes longer.
   */
  async program(name: string, args: readonly string[], limitMs: number): Promise<{ ok: boolean; output: string }> {
    const options = { timeout: limitMs, maxBuffer: 64 * 1024 * 1024 };
    try {
      const { stdout, stderr } = await run(join(dirname(this.interpreter), name), args, options);
      return { ok: true, output: stdout + stderr };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
      if (typeof code !== 'number') throw error;
      return { ok: false, output: stdout + stderr };
    }
  }

  /** Runs a script with some environment variables besides this process's. Throws what it wrote to stderr. */
  async run(script: string, environment: Readonly<Record<string, string>>): Promise<void> {
    await run(this.interpreter, [script], { timeout: 120_000, env: { ...process.env, ...environment } });
  }
}

/** Cases that need Python 3. Where there is none they are skipped with the reason on the screen; in CI that fails. */
export function describePython(name: string, cases: () => void): void {
  const { status } = spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' });
  if (status === 0) {
    describe(name, cases);
    return;
  }
  const reason = 'Python 3 with venv and ensurepip is not installed';
  describe(name, () => {
    if (process.env.CI) {
      it('needs Python 3', () => {
        throw new Error(reason);
      });
      return;
    }
    process.stderr.write(`SKIPPED ${name}: ${reason}\n`);
    it.skip(`skipped: ${reason}`, () => undefined);
  });
}
