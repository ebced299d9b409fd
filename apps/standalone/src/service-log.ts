import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, type MultiStreamRes, multistream } from 'pino';

/** The services' log goes to a file, so that the terminal stays for people; what went wrong shows up there as well. */
export function serviceLog(directory: string): MultiStreamRes {
  mkdirSync(directory, { recursive: true });
  return multistream([
    { level: 'trace', stream: destination({ dest: join(directory, 'sluice.log'), sync: true }) },
    { level: 'error', stream: destination({ dest: 2, sync: true }) },
  ]);
}
