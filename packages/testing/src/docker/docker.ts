import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What docker printed, without the last line break. @throws Error with what it printed to standard error. */
export async function docker(...parameters: string[]): Promise<string> {
  const { stdout } = await run('docker', parameters, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trimEnd();
}

/** Whether a Docker engine answers. */
export const dockerAnswers = (): Promise<boolean> =>
  docker('info', '--format', '{{.ServerVersion}}').then(
    (version) => version !== '',
    () => false,
  );
