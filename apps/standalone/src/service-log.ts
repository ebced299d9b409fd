import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LogLines } from '@sluice/service-kit/log-lines';
import { type MultiStreamRes, multistream } from 'pino';

/** What a line of the log says to people. */
function inWords(line: string): string {
  const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
  return [msg, err?.message].filter(Boolean).join(': ');
}

/** The services' log goes to a file, so that the terminal stays for people; what went wrong is told there as well, in short. */
export function serviceLog(directory: string): MultiStreamRes {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'sluice.log');
  const terminal = { write: (line: string) => process.stderr.write(`${inWords(line)} (more in ${file})\n`) };
  return multistream([
    { level: 'trace', stream: LogLines.appendedTo(file) },
    { level: 'error', stream: terminal },
  ]);
}
