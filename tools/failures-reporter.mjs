import { relative } from 'node:path';
import { root } from './set-up.mjs';

/**
 * A line for each failure, last of all: whoever reads only the end of a long output finds there what failed.
 *
 * @public vitest loads it by its path.
 */
export default class FailuresReporter {
  onTestRunEnd(modules, unhandledErrors) {
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      for (const error of module.errors()) tell('FAILED', file, error);
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) tell('FAILED', `${file} > ${suite.fullName}`, error);
      }
      for (const test of module.children.allTests('failed')) {
        for (const error of test.result().errors) tell('FAILED', `${file} > ${test.fullName}`, error);
      }
    }
    for (const error of unhandledErrors) tell('UNHANDLED', error.VITEST_TEST_NAME ?? error.VITEST_TEST_PATH, error);
  }
}

function tell(what, where, { name, message, stack }) {
  const at = (stack ?? '').split('\n').find((line) => line.includes(root) && !line.includes('node_modules'));
  console.log(
    `${what} ${where ?? 'no test'}: ${name}: ${String(message).split('\n')[0]}${at ? ` (${at.trim()})` : ''}`,
  );
}
