import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { binaries } from './binaries.js';
import { type DataFolder, initialise, locateData, SUPERUSER } from './data-folder.js';
import { freePort } from './free-port.js';
import { isAlive, readPostmaster, removePostmaster } from './postmaster-file.js';
import { serverUser } from './server-user.js';

export interface EmbeddedPostgresOptions {
  /** Folder for data, password and log; created when missing, survives restarts. */
  directory: string;
  /** Server settings by name, `fsync: 'off'` for example. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  port: number;
  /** Process id of the server. */
  pid: number;
  /** Where the data really lie. */
  dataFolder: string;
  /** Whether a server was found running on the data. */
  adopted: boolean;
  url(database?: string): string;
  /** Fast shutdown: open transactions are rolled back, the data are flushed. Resolves when the process is gone. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const CANNOT_CONNECT_NOW = '57P03';

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

type Answer = 'ours' | 'busy' | 'foreign' | 'nobody';

/** Asks whoever listens there: our server, ours while it starts or stops, somebody else, or nobody. */
async function ask(port: number, { data, password }: DataFolder): Promise<Answer> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres'), connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return realpathSync(rows[0]?.data_directory ?? '/') === realpathSync(data) ? 'ours' : 'foreign';
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === CANNOT_CONNECT_NOW) return 'busy';
    return code === 'ECONNREFUSED' ? 'nobody' : 'foreign';
  } finally {
    await client.end().catch(() => {});
  }
}

async function stopServer(pid: number): Promise<void> {
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one, which recovers at the next start.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    while (isAlive(pid) && (signal === 'SIGQUIT' || performance.now() < deadline)) await sleep(POLL_MS);
  }
}

/** The server that already runs on these data, if one does; a lock file that a killed one left is cleared. */
async function adopt(folder: DataFolder): Promise<{ pid: number; port: number } | null> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const found = readPostmaster(folder.data);
    if (found === null) return null;
    const answer = isAlive(found.pid) && found.port > 0 ? await ask(found.port, folder) : 'nobody';
    if (answer === 'ours') return found;
    if (!isAlive(found.pid) || answer === 'foreign' || performance.now() > deadline) {
      removePostmaster(folder.data);
      return null;
    }
    if (answer === 'nobody' && !looksLikePostgres(found.pid)) {
      removePostmaster(folder.data);
      return null;
    }
    // It is starting, recovering or on its way down.
    await sleep(POLL_MS);
  }
}

/** After a restart of the machine the lock file's process id may be anybody's. */
function looksLikePostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return true;
  }
}

/**
 * Starts PostgreSQL on `directory`, or takes over the one that still runs there.
 *
 * The server gets a session of its own, so that neither Ctrl-C in the terminal nor our own end takes it away while
 * deliveries are still being recorded: whoever starts it stops it, last.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = serverUser();
  const programs = binaries(user);
  const folder = locateData(options.directory, user);
  if (folder.abandoned !== null) {
    const left = readPostmaster(folder.abandoned);
    if (left !== null && looksLikePostgres(left.pid)) await stopServer(left.pid);
    rmSync(folder.abandoned, { recursive: true, force: true });
  }
  initialise(folder, programs, user);

  const running = await adopt(folder);
  if (running !== null) return handle(running, folder, true);

  const port = await freePort();
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    ...options.settings,
  };
  const logFile = join(options.directory, 'postgres.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(
    programs.postgres,
    ['-D', folder.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: folder.data,
      env: { ...process.env, LC_ALL: 'C' },
      ...(user ?? {}),
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  child.unref();
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  child.once('exit', (code, signal) => {
    failure ??= new Error(`PostgreSQL ended at its start (${signal ?? `exit code ${code}`}): see ${logFile}`);
  });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while ((await ask(port, folder)) !== 'ours') {
    if (failure !== null) throw failure;
    if (performance.now() > deadline) throw new Error(`PostgreSQL did not start within a minute: see ${logFile}`);
    await sleep(POLL_MS);
  }
  return handle({ pid: child.pid ?? readPostmaster(folder.data)?.pid ?? 0, port }, folder, false);
}

const handle = (
  server: { pid: number; port: number },
  { data, password }: DataFolder,
  adopted: boolean,
): EmbeddedPostgres => ({
  ...server,
  dataFolder: data,
  adopted,
  url: (database = 'postgres') => urlOf(server.port, password, database),
  stop: () => stopServer(server.pid),
});
