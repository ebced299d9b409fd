import { EXIT } from './failure/command-failure.js';
import { runCommandLine } from './run-command-line.js';

process.stdout.on('error', ({ code = 'it is closed' }: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) is no mistake, and what was asked for is done to its end.
  if (code === 'EPIPE') return;
  process.stderr.write(`sluice: can't write the output: ${code}\n`);
  process.exit(EXIT.refused);
});
process.exitCode = await runCommandLine(process.argv.slice(2));
