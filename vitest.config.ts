import { defineConfig } from 'vitest/config';

/**
 * Sizes of test, told apart by the file name: `*.test.ts` needs nothing, `*.int.test.ts` a real PostgreSQL,
 * `*.kafka.test.ts` a real broker too, `e2e/` the built services as processes.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/src/**/*.test.ts', 'bench/src/**/*.test.ts', 'tools/*.test.mjs'],
          exclude: ['**/*.int.test.ts', '**/*.kafka.test.ts', '**/dist/**', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'integration',
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
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['packages/testing/src/setup/postgres.ts', 'packages/testing/src/setup/kafka.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
