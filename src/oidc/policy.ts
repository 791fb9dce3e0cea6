import { errors, interactionPolicy } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { triedBy } from '../applications/trying/try-ticket.ts';
import { isDocumentUrl } from '../applications/unregistered/client-document.ts';
import { scopesToAllow } from '../applications/consent/scope-claims.ts';
import { accountPrompt } from './asking/account-prompt.ts';
import { acrCheck } from './asking/acr-check.ts';
import { accessOf, mayNotLogIn, reachesOrganizationInScope, refusalOf } from './claims.ts';
import { tryCheck } from './trying/try-client.ts';
import type { ReadTicket } from './trying/try-client.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';
import type { UserAccess } from './storage/user-access-store.ts';
import { notAllowed, refuseOthersResource } from './unregistered/refuse-here.ts';

const { Check, Prompt } = interactionPolicy;

/**
 * When to ask the user something. *select_account*: as whom, of several. *login*: nobody is logged in, or not as fresh, as whom or for which organization the
 * application asks. *consent*: the application asks for more than it was allowed (`grants.ts`).
 */
export function createPolicy(readTicket: ReadTicket): interactionPolicy.Prompt[] {
  const policy = interactionPolicy.base();
  const login = policy.get('login');
  if (login === undefined) throw new Error('oidc-provider has no login prompt');
  login.checks.add(tryCheck(readTicket));
  login.checks.add(
    new Check('user_gone', 'the user may not log in any more', 'login_required', async (ctx) => {
      const work = UnitOfWork.current();
      if ((work.login()?.result ?? null) !== null) return GO_ON;
      if ((work.session()?.userId ?? null) === null) return GO_ON;
      return isGone(await subjectAccess(ctx)) ? ASK : GO_ON;
    }),
  );
  login.checks.add(
    new Check('organization', 'the user is of another organization', 'login_required', async (ctx) => {
      const access = await subjectAccess(ctx);
      if (access === null || access.organizationInScope === null) return GO_ON;
      return !reachesOrganizationInScope(access) && !justLoggedIn(ctx) ? ASK : GO_ON;
    }),
  );
  login.checks.add(
    new Check('auth_time', 'the time of authentication is not known', 'login_required', async (ctx) => {
      if (ctx.oidc.params?.['max_age'] === undefined || UnitOfWork.current().isAuthTimeStated()) return GO_ON;
      // The identity provider did not say when the person authenticated, though asked: no other time may replace it.
      if (justLoggedIn(ctx)) throw new errors.LoginRequired('the time of authentication could not be proved');
      return ASK;
    }),
  );
  login.checks.add(
    new Check('access', 'no access', 'access_denied', async (ctx) => {
      const work = UnitOfWork.current();
      const { client } = ctx.oidc;
      const access = await subjectAccess(ctx);
      if (client === undefined) return GO_ON;
      if (isGone(access)) {
        // `user_gone` above asks for another login. Who ended on the way back from one is refused, and not logged in.
        if (!justLoggedIn(ctx)) return GO_ON;
        work.forgetLogin();
        delete ctx.oidc.session?.accountId;
      }
      if (access === null) throw new errors.AccessDenied('the user does not exist any more');
      const elsewhere = access.organizationInScope !== null && !reachesOrganizationInScope(access);
      if (elsewhere && !justLoggedIn(ctx)) return GO_ON; // `organization` above asks for that organization's login
      const refusal = refusalOf(access, client.clientId, work.now);
      const isUnregistered = isDocumentUrl(client.clientId);
      if (isUnregistered && refusal === null) await refuseOthersResource(ctx, client, access);
      if (refusal === null) return GO_ON;
      const event = {
        organizationId: access.home.id,
        kind: 'login.refused',
        actor: { kind: 'user', id: access.userId, name: access.email },
        userId: access.userId,
        details: { application: client.clientId, reason: refusal },
      } as const;
      if (triedBy(client.clientId) === null) work.audit(event);
      throw isUnregistered ? notAllowed() : new errors.AccessDenied('this application is not available to you');
    }),
  );
  login.checks.remove('essential_acr');
  login.checks.remove('essential_acrs');
  login.checks.add(acrCheck());
  policy.add(accountPrompt(mayBeTold), 0);
  policy.remove('consent');
  policy.add(consentPrompt());
  return policy;
}

const ASK = Check.REQUEST_PROMPT;
const GO_ON = Check.NO_NEED_TO_PROMPT;

/** What the user logged in may do in the application of this request; null when nobody is logged in. */
async function subjectAccess(ctx: KoaContextWithOIDC): Promise<UserAccess | null> {
  return accessOf(ctx, ctx.oidc.session?.accountId);
}

function isGone(access: UserAccess | null): boolean {
  return access === null || mayNotLogIn(access, UnitOfWork.current().now) !== null;
}

function justLoggedIn(ctx: KoaContextWithOIDC): boolean {
  return (ctx.oidc as { result?: { login?: unknown } }).result?.login !== undefined;
}

function justAllowed(ctx: KoaContextWithOIDC): boolean {
  return (ctx.oidc as { result?: { consent?: unknown } }).result?.consent !== undefined;
}

/** The person logged in may use the application, and has allowed it what it asks for. */
async function mayBeTold(ctx: KoaContextWithOIDC): Promise<boolean> {
  const { client } = ctx.oidc;
  const access = await subjectAccess(ctx);
  if (client === undefined || access === null || isGone(access)) return false;
  if (access.organizationInScope !== null && !reachesOrganizationInScope(access)) return false;
  return refusalOf(access, client.clientId, UnitOfWork.current().now) === null && isConsented(ctx);
}

function consentPrompt(): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'consent', requestable: true },
    new Check('scopes_missing', 'the user has not allowed this yet', 'consent_required', async (ctx) => {
      const { client, grant } = ctx.oidc;
      return client === undefined || grant === undefined || isConsented(ctx) ? GO_ON : ASK;
    }),
  );
}

function isConsented(ctx: KoaContextWithOIDC): boolean {
  const { grant, client } = ctx.oidc;
  if (grant === undefined) return false;
  // Nobody knows which program it is that names the document of another: the person is asked each time (RFC 8252 8.6).
  if (client !== undefined && isDocumentUrl(client.clientId) && !justAllowed(ctx)) return false;
  const allowed = new Set(grant.getOIDCScopeEncountered().split(' '));
  const asked = [...ctx.oidc.requestParamScopes];
  const isAllowed = Object.entries(ctx.oidc.resourceServers ?? {}).every(([audience, server]) => {
    const has = new Set(grant.getResourceScopeEncountered(audience).split(' '));
    return asked.every((scope) => has.has(scope) || !server.scopes.has(scope));
  });
  const toAllow = scopesToAllow([...ctx.oidc.requestParamOIDCScopes], ctx.oidc.requestParamClaims);
  return isAllowed && toAllow.every((scope) => allowed.has(scope));
}
