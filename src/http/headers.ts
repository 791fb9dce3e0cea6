/** Headers of every response: no MIME sniffing, no Referer, no framing, no use by other origins. */
const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
};

/** The headers of every response; `Strict-Transport-Security` over https alone (RFC 6797 7.2). */
export function baseHeaders(https: boolean): Record<string, string> {
  return https ? { ...ALWAYS, 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : { ...ALWAYS };
}

/**
 * Headers of a page for people. Without `form-action` on purpose: browsers apply it to the redirects after a POST,
 * and a log-in form leads to the identity provider.
 * @param nonce allows the page's own `<style>` and `<script>` with that nonce; without it only files of ours.
 * @param options.inlineStyles weaker: allows inline styles (`'unsafe-inline'`), for a library that writes its own; scripts stay bound to the nonce
 */
export function pageHeaders(nonce?: string, options: { inlineStyles?: boolean } = {}): Record<string, string> {
  const own = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      options.inlineStyles === true ? "style-src 'self' 'unsafe-inline'" : `style-src ${own}`,
      `script-src ${own}`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'permissions-policy': 'publickey-credentials-get=(self), publickey-credentials-create=(self)',
  };
}

/** Headers of an API answer. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
