import { afterAll, beforeAll, describe } from 'vitest';
import { Bench } from './conformance/bench.js';
import { consumingCases } from './conformance/consuming.js';
import type { ConformanceHarness } from './conformance/harness.js';
import { membershipCases } from './conformance/membership.js';
import { outageCases } from './conformance/outages.js';
import { publishingCases } from './conformance/publishing.js';

/**
 * What every adapter of the stream port promises, run against a real log. `start` brings the log up once for all cases.
 */
export function describeConformance(name: string, start: () => Promise<ConformanceHarness>): void {
  describe(`${name} keeps the promises of the stream port`, { timeout: 120_000 }, () => {
    let harness: ConformanceHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness?.close());
    const bench = new Bench(() => harness);
    publishingCases(bench);
    consumingCases(bench);
    membershipCases(bench);
    outageCases(bench);
  });
}
