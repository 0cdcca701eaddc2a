import { defineConfig } from 'vitest/config';

const EVERY_TEST = ['src/**/*.test.ts', 'test/**/*.test.ts'];
const MYSQL_TESTS = ['src/**/*.mysql.test.ts', 'test/**/*.mysql.test.ts'];
const END_TO_END_TESTS = ['src/**/*.e2e.test.ts', 'test/**/*.e2e.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: EVERY_TEST,
          exclude: [...MYSQL_TESTS, ...END_TO_END_TESTS],
          isolate: false,
          maxWorkers: 2,
          // Properties take seconds where other work fills the machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'mysql',
          include: MYSQL_TESTS,
          globalSetup: ['test/servers/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: END_TO_END_TESTS,
          globalSetup: ['test/servers/global-setup.ts'],
          // They wait for processes and servers, so that two at a time keep two cores busy.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
