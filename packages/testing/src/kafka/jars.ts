import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cacheDirectory = fileURLToPath(new URL('../../../../.cache/kafka/', import.meta.url));

/** Of Debezium's connector for PostgreSQL, and of the Kafka Connect that it was built for. */
const connectVersion = '3.9.1';
const debeziumVersion = '3.0.8.Final';

const tries = 3;
/** All tries together stay below what a file has for its set-up. */
const triedForMs = 80_000;

interface Artifact {
  group: string;
  name: string;
  version: string;
}

const pom = (artifacts: readonly Artifact[]) => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sluice.test</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
${artifacts
  .map(
    ({ group, name, version }) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  )
  .join('\n')}
  </dependencies>
</project>
`;

/** The class path of an Apache Kafka server with all it needs, kept in `.cache/kafka/<version>`. */
export const kafkaClassPath = (version: string): Promise<string> =>
  classPath(version, [{ group: 'org.apache.kafka', name: 'kafka_2.13', version }]);

/** The class path of Kafka Connect with Debezium's connector for PostgreSQL. */
export function connectClassPath(): Promise<string> {
  const parts = ['connect-runtime', 'connect-json', 'connect-transforms'];
  return classPath(`connect-${connectVersion}-debezium-${debeziumVersion}`, [
    ...parts.map((name) => ({ group: 'org.apache.kafka', name, version: connectVersion })),
    { group: 'io.debezium', name: 'debezium-connector-postgres', version: debeziumVersion },
  ]);
}

/**
 * Fetched by Maven once and kept. Two processes may ask at once: each fetches into a folder of its own, and the first to
 * finish gives it its name.
 */
async function classPath(name: string, artifacts: readonly Artifact[]): Promise<string> {
  const jars = join(cacheDirectory, name);
  if (!existsSync(jars)) {
    await mkdir(cacheDirectory, { recursive: true });
    const work = await mkdtemp(join(cacheDirectory, `.fetch-${name}-`));
    try {
      await writeFile(join(work, 'pom.xml'), pom(artifacts));
      const copy = [
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(work, 'jars')}`,
      ];
      await fetchByMaven(name, ['--quiet', '--batch-mode', '--file', join(work, 'pom.xml'), ...copy]);
      await rename(join(work, 'jars'), jars).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return join(jars, '*');
}

/**
 * Maven keeps what came, so another try goes on where the last one ended: when the line was cut, or when another Maven was
 * at work in the same folder.
 */
async function fetchByMaven(name: string, goal: readonly string[]): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await run('mvn', goal, { timeout: triedForMs });
      return;
    } catch (error) {
      if (tried < tries) continue;
      const { stdout, message } = error as Error & { stdout?: string };
      throw new Error(`Maven can't fetch Kafka ${name}: ${(stdout || message).slice(0, 500)}`);
    }
  }
}

/**
 * Whether a broker can be run here: Java is there, and its jars are, fetched by Maven if need be. Where Maven is there and
 * can't fetch them, its reason is printed: without a network the tests go on without Kafka.
 */
export async function javaCanRun(version: string): Promise<boolean> {
  const answers = (command: string, flag: string) =>
    run(command, [flag]).then(
      () => true,
      () => false,
    );
  if (!(await answers('java', '-version'))) return false;
  if (existsSync(join(cacheDirectory, version))) return true;
  if (!(await answers('mvn', '-version'))) return false;
  try {
    await kafkaClassPath(version);
    return true;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return false;
  }
}
