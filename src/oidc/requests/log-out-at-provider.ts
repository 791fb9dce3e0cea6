import { z } from 'zod';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { MINUTE } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';
import { randomSecret } from '../../base/random.ts';
import { findProviderLogout } from '../../connections/logout/send-logout.ts';
import type { SendLogoutDeps } from '../../connections/logout/send-logout.ts';
import { cookieName, laxCookie } from '../../http/cookies.ts';
import type { ProviderPages } from '../provider.ts';
import { AFTER_LOGOUT_COOKIE } from '../provider.ts';
import { UnitOfWork } from '../storage/unit-of-work.ts';

interface Deps extends SendLogoutDeps {
  provider: Provider;
  clock: Clock;
  pages: ProviderPages;
}

/** Where a browser comes back to from the provider's end session endpoint. */
const DONE = '/logout/done';
/** How long it may take there. */
const LIFETIME_MS = 10 * MINUTE * 1000;
/** Longest address of an application that is kept, with its state; browsers keep cookies of 4096 bytes (RFC 6265bis 5.7). */
const LONGEST_ONWARD = 2000;
const PLACE = { table: 'cookie', column: 'logout-onward', row: '', organization: '' };

/** What a browser is asked back with: its `state`, and the application that asked for the logout. */
const onward = z.object({
  state: z.string(),
  until: z.number(),
  to: z.object({ clientId: z.string(), uri: z.string(), state: z.string().nullable() }).nullable(),
});
type Onward = z.infer<typeof onward>;

/**
 * Logout at the identity provider after ours (OpenID Connect RP-Initiated Logout 1.0), where the connection asks for it:
 *
 *     POST /logout/confirm   ends the session here first; then the provider's end session endpoint
 *     GET  /logout/done      from there; on to the address that the application is registered with, or our page
 *
 * What is on its way is kept in the browser alone, sealed: the address the application asked for is followed only where it
 * is one of that application at that moment, so a cookie that was bent leads nowhere. Called after `flushAfterwards`, which
 * sends nobody away whose session could not be ended.
 */
export function logOutAtProvider(deps: Deps): void {
  deps.provider.use(async (ctx, next) => {
    if (ctx.path === DONE && ctx.method === 'GET') {
      await comeBack(deps, ctx as KoaContextWithOIDC);
      return;
    }
    await next();
    if (ctx.path === '/logout/confirm') await sendAway(deps, ctx as KoaContextWithOIDC);
  });
}

async function sendAway(deps: Deps, ctx: KoaContextWithOIDC): Promise<void> {
  const work = UnitOfWork.current();
  const session = work.session();
  if (session === null || session.method === null || session.method === 'built-in' || !work.endsSession()) return;
  const state = randomSecret();
  const url = await findProviderLogout(deps, session.id, state);
  if (url === null) return;
  const until = deps.clock.now().getTime() + LIFETIME_MS;
  const value = deps.secrets.seal(JSON.stringify({ state, until, to: askedFor(ctx) } satisfies Onward), PLACE);
  setCookie(deps, ctx, value.toString('base64url'));
  // There, the provider's own session ends: nothing of it lives on to be told.
  ctx.cookies.set(AFTER_LOGOUT_COOKIE, null, { ...cookieOptions(deps), signed: false });
  ctx.status = 303;
  ctx.redirect(url.href);
}

/** The address that the application asked for, as the library compared it with those registered; null for our page. */
function askedFor(ctx: KoaContextWithOIDC): Onward['to'] {
  const asked = z
    .object({ clientId: z.string(), postLogoutRedirectUri: z.string(), state: z.string().nullish() })
    .safeParse(ctx.oidc.session?.state);
  if (!asked.success) return null;
  const { clientId, postLogoutRedirectUri: uri, state = null } = asked.data;
  return uri.length + (state?.length ?? 0) > LONGEST_ONWARD ? null : { clientId, uri, state };
}

async function comeBack(deps: Deps, ctx: KoaContextWithOIDC): Promise<void> {
  ctx.set('cache-control', 'no-store');
  const kept = readOnward(deps, ctx);
  setCookie(deps, ctx, null);
  const { state } = ctx.query;
  // Not every provider gives the state back; one that is given must be ours.
  const own = kept !== null && (state === undefined || state === kept.state);
  const location = own && kept.to !== null ? await locationOf(deps, kept.to) : null;
  if (location === null) {
    ctx.type = 'html';
    ctx.body = deps.pages.loggedOut(ctx.req, { federated: false });
    return;
  }
  ctx.status = 303;
  ctx.redirect(location);
}

function readOnward({ secrets, clock, publicUrl }: Deps, ctx: KoaContextWithOIDC): Onward | null {
  const value = ctx.cookies.get(nameOf(publicUrl), { signed: false });
  if (value === undefined || value === '') return null;
  try {
    const kept = onward.parse(JSON.parse(secrets.open(Buffer.from(value, 'base64url'), PLACE)));
    return kept.until > clock.now().getTime() ? kept : null;
  } catch {
    return null;
  }
}

/** The application's address, if it is registered with it now. */
async function locationOf({ provider }: Deps, to: NonNullable<Onward['to']>): Promise<string | null> {
  const client = await provider.Client.find(to.clientId);
  if (client?.postLogoutRedirectUriAllowed(to.uri) !== true) return null;
  const url = new URL(to.uri);
  if (to.state !== null) url.searchParams.set('state', to.state);
  return url.href;
}

function nameOf(publicUrl: URL): string {
  return cookieName('logout-onward', publicUrl.protocol === 'https:');
}

function cookieOptions({ publicUrl }: Deps) {
  const { maxAge: _seconds, ...options } = laxCookie(publicUrl.protocol === 'https:');
  return options;
}

function setCookie(deps: Deps, ctx: KoaContextWithOIDC, value: string | null): void {
  const lifetime = value === null ? {} : { maxAge: LIFETIME_MS };
  ctx.cookies.set(nameOf(deps.publicUrl), value, { ...cookieOptions(deps), ...lifetime, signed: false });
}
