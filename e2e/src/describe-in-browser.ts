import { describe, it } from 'vitest';
import { whyNoBrowser } from './browser.js';

/** Cases that need a browser. Where there is none they are skipped with the reason on the screen; in CI that fails. */
export function describeInBrowser(name: string, cases: () => void): void {
  const why = whyNoBrowser();
  if (why === null) {
    describe(name, cases);
    return;
  }
  process.stderr.write(`SKIPPED ${name}: ${why}\n`);
  describe(name, () => it.skip(`skipped: ${why}`, () => undefined));
}
