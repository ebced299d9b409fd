import { fileURLToPath } from 'node:url';
import { describePython, PythonEnvironment } from '@sluice/testing/python/python-environment';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, expect, it } from 'vitest';

/**
 * Schemathesis asks every operation of the OpenAPI document what its schemas allow, and what they don't: no 500, no status,
 * content type or body that the document doesn't have, and nothing taken that it doesn't allow.
 */
const SECONDS = 60;
const rules = fileURLToPath(new URL('src/clients/schemathesis.toml', import.meta.url));
const RUN_LIMIT_MS = 240_000;
/** The seed makes a run come out alike; what a slower machine leaves out is the end of it. */
const HOW = ['--no-color', '--seed', '1', '--no-shrink', '-n', '15', '--continue-on-failure'];

const LEFT_OUT = [
  // Server-sent events: an answer that never ends is nothing to hold against a schema.
  ...['--exclude-path-regex', '/(changes|follow)$'],
  // It takes keys away, the one that the run asks with among them.
  ...['--exclude-operation-id', 'revokeKey'],
  // What an account has (types, webhooks, filters of a grammar of their own) is not in a schema: a good form may be refused.
  // An unknown credential is asked with by each of our own tests. `GET /v1/dead-letters/drop` is 404, as no dead letter is called so,
  // and QUERY is no method to Node's parser; 405 and Allow have tests of their own.
  ...[
    '--exclude-checks',
    'positive_data_acceptance,ignored_auth,missing_required_header,unsupported_method,allow_header_conformance',
  ],
];

let sluice: Standalone;
beforeAll(async () => {
  sluice = await Standalone.start();
});
afterAll(() => sluice.remove());

describePython('the contract', () => {
  it.each([
    ['our own API and that of Airstack', () => sluice.credentials.adminKey, '--exclude-path-regex', SECONDS],
    ["Airtable's API", () => sluice.credentials.personalAccessToken, '--include-path-regex', SECONDS / 4],
  ] as const)('holds for %s', async (_what, credential, choice, seconds) => {
    const python = await PythonEnvironment.having(['schemathesis==4.32.5']);
    const target = [
      '--config-file',
      rules,
      'run',
      `${sluice.baseUrl}/v1/openapi.json`,
      '-H',
      `Authorization: Bearer ${credential()}`,
    ];
    const time = ['--max-time', String(seconds), '--phases', 'examples,coverage,fuzzing'];
    const args = [...target, ...HOW, ...time, choice, '^/v0/', ...LEFT_OUT, '--suppress-health-check', 'all'];
    const { ok, output } = await python.program('schemathesis', args, RUN_LIMIT_MS);
    expect(ok ? '' : output).toBe('');
    expect(output).toMatch(/[1-9]\d* (generated|passed)/);
  });
});
