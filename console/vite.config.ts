import { defineConfig } from 'vite';
import { leaveOutDescriptions } from './leave-out-descriptions.ts';

/** The console is served under /console/; the server puts a fresh nonce in place of `__CSP_NONCE__` with each answer. */
export default defineConfig({
  base: '/console/',
  plugins: [leaveOutDescriptions()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'], // the first versions with light-dark()
    assetsInlineLimit: 0, // data: addresses are not in the content security policy
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog(level, log, next) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') next(level, log); // "use client" has no effect without server components
      },
    },
  },
});
