import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { program, root, setUp } from './set-up.mjs';

/**
 * Everything that is tested, on a fresh clone too. Arguments go to vitest (a path, `--project unit`).
 * Ends with `N passed, N failed`; in CI a skipped test counts as failed, since nobody reads why.
 */
setUp();
const results = join(root, '.cache', 'test-results.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
const { status } = spawnSync(
  program('vitest'),
  [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--reporter=${join(import.meta.dirname, 'failures-reporter.mjs')}`,
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);

let report;
try {
  report = JSON.parse(readFileSync(results, 'utf8'));
} catch {
  console.log('The test runner ended without a report.');
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const files = report.testResults;
const tests = files.flatMap((file) => file.assertionResults);
const withStatus = (wanted) => tests.filter((test) => wanted.includes(test.status));
const passed = withStatus(['passed']).length;
const skipped = withStatus(['skipped', 'pending', 'todo', 'disabled']);
// A file that fails before its first test has no failed test in it, and counts as one.
let failed =
  withStatus(['failed']).length +
  files.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
    .length;
for (const test of skipped) console.log(`skipped: ${test.fullName}`);
if (process.env.CI === 'true') failed += skipped.length;
if (status !== 0 && failed === 0) failed = 1;
console.log(
  `${passed} passed, ${failed} failed${skipped.length > 0 && process.env.CI !== 'true' ? `, ${skipped.length} skipped` : ''}`,
);
process.exit(failed === 0 ? 0 : 1);
