import type { KoaContextWithOIDC } from 'oidc-provider';
import { type AuthorizationResponse, type ResponseFault, sendResponse } from '../faults/response-faults.ts';
import type { OpenIdState } from './state.ts';

const NO_ISSUER: ResponseFault = { kind: 'change', parameters: { iss: null } };

/**
 * Sends authorization responses as the faults that are switched on shape them, and without `iss` (RFC 9207) where the
 * product does not know it. The library's own answer stands where nothing is bent.
 */
export async function bendResponses(
  { config, product, faults }: OpenIdState,
  ctx: KoaContextWithOIDC,
  next: () => Promise<void>,
): Promise<void> {
  await next();
  const statesIssuer = product.statesIssuer ?? config.statesIssuer;
  const wanted = [...(statesIssuer ? [] : [NO_ISSUER]), ...faults.response];
  if (wanted.length === 0) return;
  const redirectUri: unknown = ctx.oidc?.params?.['redirect_uri'];
  const response = typeof redirectUri === 'string' ? readResponse(ctx, redirectUri) : undefined;
  if (response === undefined) return;
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(ctx.oidc.params ?? {})) {
    if (typeof value === 'string') asked.set(name, value);
  }
  ctx.respond = false;
  const exchange = { request: ctx.req, response: ctx.res, url: ctx.URL, method: ctx.method };
  ctx.res.removeHeader('content-length');
  sendResponse(exchange, asked, response, wanted);
}

/** What the library is about to send back through the browser; undefined: something else, e.g. a page. */
function readResponse(ctx: KoaContextWithOIDC, redirectUri: string): AuthorizationResponse | undefined {
  const location: string | undefined = ctx.response.get('location');
  if (location?.startsWith(redirectUri)) {
    const url = new URL(location);
    const mode = url.hash === '' ? 'query' : 'fragment';
    const parameters = mode === 'query' ? url.searchParams : new URLSearchParams(url.hash.slice(1));
    return { redirectUri, mode, parameters: [...parameters] };
  }
  const page: unknown = ctx.body;
  if (typeof page !== 'string' || !page.includes('<title>Submitting Callback</title>')) return undefined;
  const inputs = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  const parameters = [...inputs].map(([, name = '', value = '']): [string, string] => [name, plainText(value)]);
  return { redirectUri, mode: 'form_post', parameters };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

function plainText(html: string): string {
  return html.replaceAll(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => ENTITIES[name] ?? '');
}
