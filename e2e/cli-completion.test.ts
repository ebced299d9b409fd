import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '@sluice/testing/temporary-folder';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CommandLine } from './src/command-line.js';
import { needing } from './src/needing.js';
import { Terminal } from './src/terminal.js';

let folder: string;
beforeAll(() => {
  folder = temporaryFolder('completion');
});
afterAll(() => removeFolder(folder));

/** Saves what `sluice completion` prints for the shell. */
async function scriptFor(shell: string): Promise<string> {
  const { code, out } = await new CommandLine(folder).run(['completion', shell]);
  expect(code).toBe(0);
  const path = join(folder, shell);
  writeFileSync(path, out);
  return path;
}

const printed = (command: string, ...args: string[]): string => {
  const { stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim();
};

it('completes commands and options in bash', async () => {
  const script = await scriptFor('bash');
  const complete = (...words: string[]) =>
    printed(
      'bash',
      '-c',
      `source ${script}; COMP_WORDS=(sluice ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _sluice; echo "\${COMPREPLY[@]}"`,
    );
  expect(complete('webh')).toBe('webhooks');
  expect(complete('webhooks', 'pa')).toBe('pause');
  expect(complete('--json', 'webhooks', 'create', '--rate')).toBe('--rate-limit');
  expect(complete('deliveries', 'list', '--state', 'ex')).toBe('exhausted');
  expect(complete('deliveries', 'list', '--state', 'exhausted', '--un')).toBe('--until');
  expect(complete('deliveries', 'list', '--un')).toBe('--until');
  expect(complete('completion', 'z')).toBe('zsh');
});

needing('zsh', ['--version'], 'completes commands, options and files in zsh, as they are typed', async () => {
  const script = await scriptFor('zsh');
  writeFileSync(join(folder, 'only-file.json'), '{}');
  const terminal = new Terminal('zsh -f -i', folder);
  try {
    terminal.type(`PROMPT=; setopt no_beep; autoload -U compinit; compinit -u; source ${script}; echo re''ady\n`);
    await terminal.shows('ready');
    terminal.type(`sluice() { print -r -- "<$*>" }\n`);
    for (const [typed, completed] of [
      ['webh\t', 'webhooks'],
      ['webhooks pa\t', 'webhooks pause'],
      ['--json webhooks create --rate\t', '--json webhooks create --rate-limit'],
      ['verify --headers only\t', 'verify --headers only-file.json'],
      ['deliveries list --state ex\t', 'deliveries list --state exhausted'],
      ['deliveries list --state exhausted --un\t', 'deliveries list --state exhausted --until'],
    ]) {
      terminal.type(`sluice ${typed}\n`);
      await terminal.shows(`<${completed}>`);
    }
  } finally {
    await terminal.close();
  }
});

needing('fish', ['--version'], 'completes commands, options and files in fish', async () => {
  const script = await scriptFor('fish');
  writeFileSync(join(folder, 'only-file.json'), '{}');
  const complete = (line: string) =>
    printed('fish', '--no-config', '-c', `source ${script}; complete -C ${JSON.stringify(line)}`).split(/\s+/);
  expect(complete('sluice webh')).toEqual(['webhooks']);
  expect(complete('sluice webhooks pa')).toEqual(['pause']);
  expect(complete('sluice jobs list --')).toEqual(expect.arrayContaining(['--limit', '--json', '--help']));
  expect(complete('sluice jobs list --')).not.toContain('--webhook');
  expect(complete('sluice jobs list ')).not.toContain('only-file.json');
  expect(complete('sluice --json webhooks create --rate')).toEqual(['--rate-limit']);
  expect(complete('sluice deliveries list --state ex')).toEqual(['exhausted']);
  expect(complete('sluice deliveries list --state exhausted --un')).toEqual(['--until']);
  expect(complete('sluice verify --headers only')).toEqual(['only-file.json']);
});
