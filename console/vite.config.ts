import { defineConfig } from 'vite';

/** A sentence of the contract, written there as a text or by its name in `ABOUT`. */
const SENTENCE = /\.describe\(\s*(?:ABOUT\.\w+|'(?:[^'\\\n]|\\.)*'),?\s*\)/g;

/** The sentences of the contract are for the OpenAPI document; the console has its own and does not load them. */
const withoutSentences = {
  name: 'contract-without-sentences',
  enforce: 'pre' as const,
  transform: (code: string, file: string) =>
    file.includes('/src/api/contract/') ? { code: code.replaceAll(SENTENCE, ''), map: null } : undefined,
};

/** The console is served under /console/; the server puts a fresh nonce in place of `__CSP_NONCE__` with each answer. */
export default defineConfig({
  base: '/console/',
  plugins: [withoutSentences],
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
