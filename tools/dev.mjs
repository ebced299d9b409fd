import { spawn } from 'node:child_process';
import { utimesSync, watch } from 'node:fs';
import { join } from 'node:path';
import { endWithNpm } from './end-with-npm.mjs';
import { program, root, setUp } from './set-up.mjs';

const SETTLED_MS = 200;
const main = join(root, 'apps', 'standalone', 'dist', 'main.js');
const portal = join(root, 'apps', 'portal');

/** Rebuilds on every change, the portal's page too, and restarts standalone after each build. */
endWithNpm('run', 'run-script');
setUp();
// Each leads a group of its own: tsc is a shell around the compiler, and hands no signal on to it.
const start = (command, args, cwd = root) => spawn(command, args, { cwd, stdio: 'inherit', detached: true });
const children = [
  start(program('tsc'), ['-b', '--watch', '--preserveWatchOutput']),
  start(program('vite'), ['build', '--watch', '--logLevel', 'warn'], portal),
  start(process.execPath, ['--watch', '--enable-source-maps', main]),
];

// The gateway reads the page when it starts, and Node restarts for its own modules alone: so one of them is touched.
let settling;
watch(join(portal, 'dist'), () => {
  clearTimeout(settling);
  settling = setTimeout(() => utimesSync(main, new Date(), new Date()), SETTLED_MS);
});

/** Whole groups: one whose leader has gone may still have others in it. */
function endAll(signal) {
  for (const { pid } of children) {
    if (pid === undefined) continue;
    try {
      process.kill(-pid, signal);
    } catch {
      // Nobody of it is left.
    }
  }
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    endAll(signal);
    process.exit();
  });
}
process.on('uncaughtException', (error) => {
  console.error(error);
  endAll('SIGTERM');
  process.exit(1);
});
