import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LogLines } from './log-lines.js';
import { createLogger } from './logger.js';

it('has each line in the file before the next statement runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-lines-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'log');
  const lines = LogLines.appendedTo(file);
  lines.write('one\n');
  expect(readFileSync(file, 'utf8')).toBe('one\n');
  LogLines.appendedTo(file).write('two\n');
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
});

// A device of Linux that is always full.
it.runIf(existsSync('/dev/full'))(
  'loses lines for which there is no room, and goes on, also after the last one',
  () => {
    const logger = createLogger({
      service: 'test',
      level: 'info',
      destination: new LogLines(openSync('/dev/full', 'w')),
    });
    for (const level of ['info', 'error', 'fatal'] as const) expect(() => logger[level]('no.room')).not.toThrow();
  },
);
