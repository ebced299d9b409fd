import { findBrokenArrows } from './arrows.mjs';
import { program, root, run, setUp } from './set-up.mjs';

/** Style, types (tests included), unused code and dependencies, and the direction of imports. */
setUp();
run(program('biome'), ['ci', '--error-on-warnings', '.']);
run(program('tsc'), ['-p', 'tsconfig.tests.json']);
run(program('tsc'), ['-p', 'apps/portal']);
run(program('knip'), []);
const broken = findBrokenArrows(root);
for (const arrow of broken) console.error(arrow);
if (broken.length > 0) process.exit(1);
console.log('All checks passed.');
