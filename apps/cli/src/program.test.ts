import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { sluiceProgram } from './program.js';

const leavesOf = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  return help;
}

const program = sluiceProgram();
const everywhere = program.options.map(({ long }) => long);

it.each(leavesOf(program).map((command) => [pathOf(command), command] as const))(
  '%s has examples of itself, with options that it has',
  (path, command) => {
    const examples = [...helpOf(command).matchAll(/^ {2}\$ (.+)$/gm)].map(([, line = '']) => line);
    expect(examples).not.toEqual([]);
    const own = [...command.options.map(({ long }) => long), ...everywhere];
    for (const example of examples) {
      expect(example).toContain(path);
      expect(own).toEqual(expect.arrayContaining(example.match(/(?<= )--[a-z-]+/g) ?? []));
      for (const { long, mandatory } of command.options) if (mandatory) expect(example).toContain(` ${long} `);
    }
  },
);
