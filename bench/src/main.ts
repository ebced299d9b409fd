import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Options, readOptions, USAGE } from './options.js';
import { Leftovers, run } from './run.js';
import { table } from './table.js';

/** Beyond this something is wrong, and the run ends without a result. */
const LONGEST_RUN_MS = 12 * 60_000;
const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exit(2);
}

const leftovers = new Leftovers();
const giveUp = async (reason: string): Promise<void> => {
  console.error(reason);
  await leftovers.end();
  process.exit(1);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void giveUp(`ended by ${signal}`));
setTimeout(() => void giveUp(`not done within ${LONGEST_RUN_MS} ms`), LONGEST_RUN_MS).unref();

try {
  const result = await run(options, leftovers, (line) => console.error(line));
  mkdirSync(RESULTS, { recursive: true });
  const file = `${RESULTS}${result.startedAt.replaceAll(':', '-')}.json`;
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  if (options.json) console.log(JSON.stringify(result));
  else console.log(`\n${table(result)}\n\nAs JSON: ${file}`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await leftovers.end();
}
