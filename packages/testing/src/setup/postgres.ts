import { startEmbeddedPostgres } from '@sluice/embedded-postgres/embedded-postgres';
import type { TestProject } from 'vitest/node';
import { removeFolder, temporaryFolder } from '../temporary-folder.js';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

/** One real PostgreSQL for a whole run of tests; each file makes its own database in it (postgres.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = temporaryFolder('tests');
  const server = await startEmbeddedPostgres({
    directory,
    // Tests kill processes, not the machine: what reached the kernel is safe enough.
    settings: { fsync: 'off', max_connections: '500', shared_preload_libraries: '' },
  });
  project.provide('postgresUrl', server.url());
  const killAtExit = () => {
    try {
      process.kill(server.pid, 'SIGQUIT');
    } catch {
      // it ended before us
    }
  };
  process.once('exit', killAtExit);
  return async () => {
    process.off('exit', killAtExit);
    await server.stop();
    removeFolder(directory);
  };
}
