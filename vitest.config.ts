import { defineConfig } from 'vitest/config';

/**
 * Sizes of test, told apart by the file name: `*.test.ts` needs nothing, `*.int.test.ts` a real PostgreSQL,
 * `*.kafka.test.ts` a real broker too, `e2e/` the built services as processes.
 *
 * Each file has a database, a broker and ports of its own, or topics of its own, and waits for most of its time: for leases,
 * retries and processes. So more of them run beside each other than there may be cores, whole
 * installations two at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers: 2,
          include: ['{apps,packages}/*/src/**/*.test.ts', 'bench/src/**/*.test.ts', 'tools/*.test.mjs'],
          exclude: ['**/*.int.test.ts', '**/*.kafka.test.ts', '**/dist/**', '**/node_modules/**'],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          include: ['{apps,packages}/*/src/**/*.int.test.ts'],
          globalSetup: ['packages/testing/src/setup/postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'kafka',
          include: ['{apps,packages}/*/src/**/*.kafka.test.ts'],
          globalSetup: ['packages/testing/src/setup/postgres.ts', 'packages/testing/src/setup/kafka.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['packages/testing/src/setup/postgres.ts', 'packages/testing/src/setup/kafka.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
