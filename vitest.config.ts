import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Written by test/support: starts what a whole run shares (one PostgreSQL server), hands out one database per file. */
const suiteSetup = ['test/support/global-setup.ts'].filter((file) => existsSync(new URL(file, import.meta.url)));

const minutes = (count: number): number => count * 60_000;

/** Nothing is timed in a test; these limits only end what hangs, and allow for a slow, busy machine. */
const patience = {
  unit: { testTimeout: minutes(0.5), hookTimeout: minutes(1) },
  flows: { testTimeout: minutes(2), hookTimeout: minutes(3) },
  browser: { testTimeout: minutes(5), hookTimeout: minutes(5) },
};

export default defineConfig({
  test: {
    reporters: ['default'],
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'console/**/*.test.ts', 'test/support/**/*.test.ts', 'tools/**/*.test.ts'],
          pool: 'forks',
          globalSetup: suiteSetup,
          sequence: { groupOrder: 1 },
          ...patience.unit,
        },
      },
      {
        test: {
          name: 'upkeep',
          include: ['test/upkeep/**/*.test.ts'],
          pool: 'forks',
          globalSetup: suiteSetup,
          sequence: { groupOrder: 1 },
          ...patience.flows,
        },
      },
      {
        test: {
          // The doubles prove themselves: mailbox, browsers, identity providers. They need no service and no database.
          name: 'world',
          include: ['test/support/**/*.test.ts', 'demo/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...patience.flows,
        },
      },
      {
        test: {
          name: 'flows',
          include: ['test/flows/**/*.test.ts'],
          pool: 'forks',
          globalSetup: suiteSetup,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          ...patience.flows,
        },
      },
      {
        test: {
          name: 'attacks',
          include: ['test/attacks/**/*.test.ts'],
          pool: 'forks',
          globalSetup: suiteSetup,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          ...patience.flows,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          pool: 'forks',
          globalSetup: suiteSetup,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          ...patience.browser,
        },
      },
    ],
  },
});
