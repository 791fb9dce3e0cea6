import { errors, interactionPolicy } from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { reachesScope, refusalOf } from './claims.ts';
import { CONSOLE_CLIENT, START_CLIENT } from './clients.ts';
import { currentScope } from './storage/request-scope.ts';
import { mayLogIn } from '../users/may-log-in.ts';

const { Check, Prompt } = interactionPolicy;

/**
 * When to ask the user something. *login*: nobody is logged in, or not as fresh, as whom or for which organization the
 * application asks. *consent*: an application that is not first-party asks for more than it was allowed.
 */
export function createPolicy(): interactionPolicy.Prompt[] {
  const policy = interactionPolicy.base();
  const login = policy.get('login');
  if (login === undefined) throw new Error('the library has no login prompt');
  login.checks.add(
    new Check('user_gone', 'the user may not log in any more', 'login_required', async () => {
      const scope = currentScope();
      if (scope.login !== null && scope.login.result !== null) return GO_ON;
      return scope.session !== null && scope.session.userId !== null && userGone() ? ASK : GO_ON;
    }),
  );
  login.checks.add(
    new Check('organization', 'the user is of another organization', 'login_required', async (ctx) => {
      const { standing } = currentScope();
      return standing !== null && standing.scope !== null && !reachesScope(standing) && !justLoggedIn(ctx)
        ? ASK
        : GO_ON;
    }),
  );
  login.checks.add(
    new Check('auth_time', 'the time of authentication is not known', 'login_required', async (ctx) => {
      if (ctx.oidc.params?.['max_age'] === undefined) return GO_ON;
      const stated = statedAuthTime();
      if (stated) return GO_ON;
      // The identity provider did not say when the person authenticated, though asked: nothing stands in for it.
      if (justLoggedIn(ctx)) throw new errors.LoginRequired('the time of authentication could not be proved');
      return ASK;
    }),
  );
  login.checks.add(
    new Check('access', 'no access', 'access_denied', async (ctx) => {
      const scope = currentScope();
      const { standing } = scope;
      if (standing === null || userGone()) return GO_ON;
      const elsewhere = standing.scope !== null && !reachesScope(standing);
      if (elsewhere && !justLoggedIn(ctx)) return GO_ON; // `organization` above asks for that organization's login
      const refusal = refusalOf(scope);
      if (refusal === null) return GO_ON;
      scope.events.push({
        organizationId: standing.home.id,
        kind: 'login.refused',
        actor: { kind: 'user', id: standing.userId, name: standing.email },
        userId: standing.userId,
        details: { application: scope.clientId, reason: refusal },
      });
      throw new errors.AccessDenied('this application is not available to you');
    }),
  );
  policy.remove('consent');
  policy.add(consentPrompt());
  return policy;
}

const ASK = Check.REQUEST_PROMPT;
const GO_ON = Check.NO_NEED_TO_PROMPT;

function userGone(): boolean {
  const scope = currentScope();
  const { standing } = scope;
  if (standing === null) return true;
  return standing.status !== 'verified' || !mayLogIn(standing, scope.now);
}

function justLoggedIn(ctx: KoaContextWithOIDC): boolean {
  return (ctx.oidc as { result?: { login?: unknown } }).result?.login !== undefined;
}

function statedAuthTime(): boolean {
  const { login, session } = currentScope();
  if (login !== null && login.result !== null) return login.result.authTime !== null;
  return session !== null && session.authTime !== null;
}

function consentPrompt(): interactionPolicy.Prompt {
  return new Prompt(
    { name: 'consent', requestable: true },
    new Check('scopes_missing', 'the user has not allowed this yet', 'consent_required', async (ctx) => {
      const { client, grant } = ctx.oidc;
      if (client === undefined || grant === undefined) return GO_ON;
      if (client.clientId === START_CLIENT || client.clientId === CONSOLE_CLIENT || client['first_party'] === true) {
        return GO_ON;
      }
      const allowed = new Set(grant.getOIDCScopeEncountered().split(' '));
      return [...ctx.oidc.requestParamOIDCScopes].every((scope) => allowed.has(scope)) ? GO_ON : ASK;
    }),
  );
}
