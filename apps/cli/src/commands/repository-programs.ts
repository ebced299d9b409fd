import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { withExamples } from '../terminal/examples.js';

const inRepository = (path: string) =>
  pathToFileURL(fileURLToPath(new URL(`../../../../${path}`, import.meta.url))).href;

/** What the repository has as programs of its own. They run in this very process, so that a signal reaches them. */
export function addRepositoryPrograms(program: Command): void {
  const dev = program
    .command('dev')
    .description(
      'start everything in one process on this machine, as npm start does (PORT, INBOX_PORT, SLUICE_DIRECTORY)',
    )
    .action(async () => {
      await import(inRepository('tools/start.mjs'));
    });
  const migrate = program
    .command('migrate')
    .description('bring every schema of the database in DATABASE_URL to its newest version')
    .action(async () => {
      await import(inRepository('deploy/migrate.mjs'));
    });
  withExamples(dev, 'sluice dev', 'PORT=9090 sluice dev');
  withExamples(migrate, 'DATABASE_URL=postgres://sluice:…@db.example/sluice sluice migrate');
}
