import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { binaries } from '@sluice/embedded-postgres/binaries';
import { kafkaClassPath } from '../kafka/jars.js';
import { docker } from './docker.js';

const run = promisify(execFile);

/** Images that images and services of ours start from, each with the version that its files are taken from. */
interface BaseImage {
  /** What the public calls it. */
  name: string;
  /** The Dockerfile in base-images/, whose context {@link gather} fills. */
  recipe: string;
  /** Puts the parts into the folder; they come from this machine and from Maven, never from a registry of images. */
  gather(folder: string): Promise<void>;
}

const recipes = fileURLToPath(new URL('../../src/docker/base-images/', import.meta.url));
const debian = 'sluice-base/debian:bookworm';
/** What the machine trusts, so that an image that was made on it can fetch from where the machine can. */
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** All of Java's that a broker loads, and java.desktop, whose beans a library of its wants. */
const javaModules = 'java.se,jdk.unsupported,jdk.crypto.ec,jdk.management';

const images: readonly BaseImage[] = [
  {
    name: 'node:20-bookworm-slim',
    recipe: 'node',
    gather: async (folder) => {
      await cp(process.execPath, join(folder, 'node'));
      const npm = dirname(dirname(await realpath(await which('npm'))));
      await cp(npm, join(folder, 'npm'), { recursive: true, dereference: true });
      await cp(certificates, join(folder, 'ca-certificates.crt'));
    },
  },
  {
    name: 'postgres:17',
    recipe: 'postgres',
    gather: async (folder) => {
      const native = dirname(dirname(binaries(null).postgres));
      await cp(native, join(folder, 'postgresql'), { recursive: true, verbatimSymlinks: true });
    },
  },
  {
    name: 'apache/kafka:4.3.0',
    recipe: 'kafka',
    gather: async (folder) => {
      const java = dirname(dirname(await realpath(await which('java'))));
      const options = ['--add-modules', javaModules, '--strip-debug', '--no-header-files', '--no-man-pages'];
      await run(join(java, 'bin/jlink'), [...options, '--output', join(folder, 'java')]);
      await cp(dirname(await kafkaClassPath('4.3.0')), join(folder, 'libs'), { recursive: true });
    },
  },
];

const which = async (program: string): Promise<string> => (await run('which', [program])).stdout.trim();

/** Null where there is no such image. */
const idOf = (image: string): Promise<string | null> =>
  docker('image', 'inspect', '--format', '{{.Id}}', image).catch(() => null);

const isThere = async (image: string): Promise<boolean> => (await idOf(image)) !== null;

/** What is missing to make the images, or null. */
export async function whyNoBaseImages(): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'base images can be made by root on Linux only';
  for (const program of ['debootstrap', 'npm', 'java', 'mvn', 'tar']) {
    if (!(await which(program).catch(() => null))) return `${program}, which base images are made with, is not there`;
  }
  return null;
}

/**
 * Stands in for a registry of images: what has no image of that name gets one that was made here, of Debian's packages,
 * this machine's Node.js and Java, Apache Kafka's jars and the embedded PostgreSQL. What was made is kept under names of
 * its own for the next time.
 *
 * @returns what takes the public names away again, so that nobody meets these images unawares.
 */
export async function provideBaseImages(): Promise<() => Promise<void>> {
  const lent: string[] = [];
  const takeBack = async () => {
    for (const name of lent) await docker('rmi', '--no-prune', name).catch(() => undefined);
  };
  try {
    for (const image of images) {
      const own = `sluice-base/${image.name}`;
      const there = await idOf(image.name);
      // One that was made here has that name of a run that was killed before it took it away.
      if (there !== null && there !== (await idOf(own))) continue;
      if (!(await isThere(own))) await make(image, own);
      await docker('tag', own, image.name);
      lent.push(image.name);
    }
  } catch (error) {
    await takeBack();
    throw error;
  }
  return takeBack;
}

async function make(image: BaseImage, tag: string): Promise<void> {
  if (!(await isThere(debian))) await makeDebian();
  const folder = await mkdtemp(join(tmpdir(), `sluice-base-${image.recipe}-`));
  try {
    await cp(join(recipes, image.recipe), folder, { recursive: true });
    await image.gather(folder);
    await docker('build', '--quiet', '--tag', tag, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The smallest Debian that has a shell and the C++ library. */
async function makeDebian(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-base-debian-'));
  try {
    const root = join(folder, 'root');
    await mkdir(root);
    await run('debootstrap', ['--variant=minbase', 'bookworm', root], { maxBuffer: 64 * 1024 * 1024 });
    await rm(join(root, 'var/cache/apt/archives'), { recursive: true });
    await rm(join(root, 'usr/share/doc'), { recursive: true });
    await writeFile(join(root, 'etc/hostname'), '');
    const tar = spawn('tar', ['--directory', root, '--create', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const imported = spawn('docker', ['import', '-', debian], { stdio: [tar.stdout, 'ignore', 'inherit'] });
    const ends = await Promise.all([once(tar, 'exit'), once(imported, 'exit')]);
    const [tarCode, importCode] = ends.map(([code]) => code as number | null);
    if (tarCode !== 0 || importCode !== 0) {
      // What came of half an archive must not be taken for Debian the next time.
      await docker('rmi', debian).catch(() => undefined);
      throw new Error(`tar ended with ${tarCode}, docker import with ${importCode}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
