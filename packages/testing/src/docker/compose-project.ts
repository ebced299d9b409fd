import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { composeProgram } from './compose-program.js';
import { docker } from './docker.js';

const run = promisify(execFile);

/** What a container is like, as the engine tells it; only what tests look at. */
export interface Inspected {
  Id: string;
  Config: { User: string; StopSignal: string };
  HostConfig: { ReadonlyRootfs: boolean; CapDrop: string[] | null; SecurityOpt: string[] | null };
  State: { Running: boolean; ExitCode: number; Health?: { Status: string } };
}

/** A compose file run as one project, as a user runs it, under a name of its own. */
export class ComposeProject {
  constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Runs compose in the project's folder; answers what it printed. @throws Error with what it said of a failure. */
  async compose(...parameters: string[]): Promise<string> {
    const [program, ...first] = composeProgram() ?? ['docker-compose'];
    const { PATH = '', HOME = '' } = process.env;
    const { stdout } = await run(program, [...first, '--project-name', this.name, ...parameters], {
      cwd: this.folder,
      env: { PATH, HOME, ...this.environment },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  /** Starts what is not running. @throws Error with the newest lines of every service when one does not come up. */
  async up(...parameters: string[]): Promise<void> {
    try {
      await this.compose('up', '--detach', ...parameters);
    } catch (error) {
      throw new Error(await this.compose('logs', '--no-color', '--tail', '30'), { cause: error });
    }
  }

  /** Ids of a service's containers, running or not, the oldest first. */
  async containersOf(service: string): Promise<string[]> {
    const ofService = [`project=${this.name}`, `service=${service}`].flatMap((label) => [
      '--filter',
      `label=com.docker.compose.${label}`,
    ]);
    const ids = await docker('ps', '--all', '--quiet', '--no-trunc', ...ofService);
    return ids.split('\n').filter(Boolean).reverse();
  }

  async inspect(service: string): Promise<Inspected[]> {
    const ids = await this.containersOf(service);
    return ids.length === 0 ? [] : (JSON.parse(await docker('inspect', ...ids)) as Inspected[]);
  }

  /** The address by which containers on one of the project's networks reach this machine. */
  gatewayOf(network: string): Promise<string> {
    return docker('network', 'inspect', `${this.name}_${network}`, '--format', '{{(index .IPAM.Config 0).Gateway}}');
  }

  /** Ends everything and removes it, the data too, and the images whose names begin with the project's. */
  async remove(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '1');
    const built = await docker('images', '--quiet', `${this.name}/*`);
    if (built !== '') await docker('rmi', '--no-prune', ...built.split('\n'));
  }
}
