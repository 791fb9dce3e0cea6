import { defineConfig } from 'vitest/config';

/** The tests of `npm run firefox`; outside `npm test`, because npm brings no Firefox. */
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    name: 'firefox',
    include: ['test/firefox/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
