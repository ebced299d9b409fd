import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command } from 'commander';

const inRepository = (path: string) =>
  pathToFileURL(fileURLToPath(new URL(`../../../../${path}`, import.meta.url))).href;

/** What the repository has as programs of its own. They run in this very process, so that a signal reaches them. */
export function addRepositoryPrograms(program: Command): void {
  program
    .command('dev')
    .description(
      'start everything in one process on this machine, as npm start does (PORT, INBOX_PORT, SLUICE_DIRECTORY)',
    )
    .action(async () => {
      await import(inRepository('tools/start.mjs'));
    });
  program
    .command('migrate')
    .description('bring every schema of the database in DATABASE_URL to its newest version')
    .action(async () => {
      await import(inRepository('deploy/migrate.mjs'));
    });
}
