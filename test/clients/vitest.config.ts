import { defineConfig } from 'vitest/config';

/** The programs of `npm run clients`; outside `npm test`, because their packages are installed on demand. */
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    name: 'clients',
    include: ['test/clients/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
