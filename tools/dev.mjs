import { spawn } from 'node:child_process';
import { program, root, setUp } from './set-up.mjs';

/** Rebuilds on every change and restarts standalone after each build. */
setUp();
const children = [
  spawn(program('tsc'), ['-b', '--watch', '--preserveWatchOutput'], { cwd: root, stdio: 'inherit' }),
  spawn(process.execPath, ['--watch', '--enable-source-maps', 'apps/standalone/dist/main.js'], {
    cwd: root,
    stdio: 'inherit',
  }),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
