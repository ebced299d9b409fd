import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cacheDirectory = fileURLToPath(new URL('../../../../.cache/kafka/', import.meta.url));

const pom = (version: string) => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sluice.test</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;

/**
 * The class path of an Apache Kafka server with all it needs, fetched by Maven once and kept in `.cache/kafka/<version>`.
 * Two processes may ask at once: each fetches into a folder of its own, and the first to finish gives it its name.
 */
export async function kafkaClassPath(version: string): Promise<string> {
  const jars = join(cacheDirectory, version);
  if (!existsSync(jars)) {
    await mkdir(cacheDirectory, { recursive: true });
    const work = await mkdtemp(join(cacheDirectory, `.fetch-${version}-`));
    try {
      await writeFile(join(work, 'pom.xml'), pom(version));
      const copy = [
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(work, 'jars')}`,
      ];
      await run('mvn', ['--quiet', '--batch-mode', '--file', join(work, 'pom.xml'), ...copy]);
      await rename(join(work, 'jars'), jars).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return join(jars, '*');
}

/** Whether a broker can be run here: Java is there, and its jars are there or Maven to fetch them. */
export async function javaCanRun(version: string): Promise<boolean> {
  const answers = (command: string, flag: string) =>
    run(command, [flag]).then(
      () => true,
      () => false,
    );
  if (!(await answers('java', '-version'))) return false;
  return existsSync(join(cacheDirectory, version)) || (await answers('mvn', '-version'));
}
