import { spawn } from 'node:child_process';
import { closeSync, openSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { binaries } from './binaries.js';
import { type DataFolder, initialise, locateData, SUPERUSER } from './data-folder.js';
import { freePort } from './free-port.js';
import { isAlive, isServer, readPostmaster, removePostmaster } from './postmaster-file.js';
import { type ServerUser, serverUser } from './server-user.js';

export interface EmbeddedPostgresOptions {
  /** Folder for data, password and log; created when missing, survives restarts. */
  directory: string;
  /** Server settings by name, `fsync: 'off'` for example. */
  settings?: Record<string, string>;
  /** A free one by default. A server that still runs on the data keeps its own. */
  port?: number;
}

/** A server that runs. */
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
/** How long what a killed server left behind may still work on the data; it ends when it notices, within milliseconds. */
const ORPHANS_MS = 10_000;
/** SQLSTATE class of a refused login. */
const NOT_AUTHORISED = '28';

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${SUPERUSER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

type Answer = 'ours' | 'busy' | 'foreign' | 'nobody';

/** Asks whoever listens there: our server, one that can't say yet (it starts, stops or is slow), somebody else, or nobody. */
async function ask(port: number, { data, password }: DataFolder): Promise<Answer> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres'), connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return realpathSync(rows[0]?.data_directory ?? '/') === realpathSync(data) ? 'ours' : 'foreign';
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (code.startsWith(NOT_AUTHORISED)) return 'foreign';
    return code === 'ECONNREFUSED' ? 'nobody' : 'busy';
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

/**
 * The server that already runs on these data, if one does. A lock file that names somebody else's process is cleared. One
 * that a killed server left is not: by it PostgreSQL itself sees whether some of that server's processes still run.
 */
async function adopt(folder: DataFolder): Promise<{ pid: number; port: number } | null> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const found = readPostmaster(folder.data);
    if (found === null || !isAlive(found.pid)) return null;
    const answer = found.port > 0 ? await ask(found.port, folder) : 'nobody';
    if (answer === 'ours') return found;
    if (answer === 'foreign' || !isServer(found.pid)) {
      removePostmaster(folder.data);
      return null;
    }
    if (performance.now() > deadline)
      throw new Error(`the PostgreSQL on ${folder.data} (${found.pid}) does not answer`);
    // It is starting, recovering or on its way down.
    await sleep(POLL_MS);
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
    if (left !== null && isServer(left.pid)) await stopServer(left.pid);
    rmSync(folder.abandoned, { recursive: true, force: true });
  }
  initialise(folder, programs, user);

  const running = await adopt(folder);
  if (running !== null) return handle(running, folder, true);

  const port = options.port ?? (await freePort());
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    ...options.settings,
  };
  const logFile = join(options.directory, 'postgres.log');
  const spawned = () => spawnServer(programs.postgres, folder.data, settings, logFile, user);
  const orphansUntil = readPostmaster(folder.data) === null ? 0 : performance.now() + ORPHANS_MS;
  const deadline = performance.now() + START_TIMEOUT_MS;
  let server = spawned();
  while ((await ask(port, folder)) !== 'ours') {
    const failure = server.failure();
    if (failure !== null && performance.now() > orphansUntil) throw failure;
    if (failure !== null) server = spawned();
    if (performance.now() > deadline) throw new Error(`PostgreSQL did not start within a minute: see ${logFile}`);
    await sleep(POLL_MS);
  }
  return handle({ pid: server.pid ?? readPostmaster(folder.data)?.pid ?? 0, port }, folder, false);
}

function spawnServer(
  program: string,
  data: string,
  settings: Record<string, string>,
  logFile: string,
  user: ServerUser | null,
): { pid: number | undefined; failure: () => Error | null } {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(
    program,
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      cwd: data,
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
  return { pid: child.pid, failure: () => failure };
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
