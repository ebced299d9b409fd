import { spawnSync } from 'node:child_process';

/** Docker's plugin, or the program of its own that came before it, with its first arguments; undefined where there is neither. */
export const composeProgram = (): readonly [program: string, ...first: string[]] | undefined =>
  [['docker', 'compose'] as const, ['docker-compose'] as const].find(
    ([program, ...plugin]) => spawnSync(program, [...plugin, 'version']).status === 0,
  );
