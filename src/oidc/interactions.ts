import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from 'oidc-provider';
import type { Client, Provider } from 'oidc-provider';
import type { Clock } from '../base/clock.ts';
import { readId } from '../base/ids.ts';
import { randomSecret, sha256 } from '../base/random.ts';
import type { Database } from '../db/database.ts';
import { CONSOLE_CLIENT, START_CLIENT } from './clients.ts';
import type { SessionRecord } from './storage/session-record-store.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';

interface Deps {
  provider: Provider;
  db: Database;
  clock: Clock;
  publicUrl: URL;
}

/** Hands authorization requests to the login door and takes its result; see `login/authorization-request.ts`. */
export function createAuthorizationRequests(deps: Deps) {
  const { provider, db, clock, publicUrl } = deps;
  return {
    async find(request: IncomingMessage, response: ServerResponse, handle: string) {
      return UnitOfWork.run(db, clock.now(), { clientId: null, organizationId: null }, async () => {
        let interaction;
        try {
          interaction = await provider.interactionDetails(request, response);
        } catch (error) {
          if (error instanceof errors.SessionNotFound) return undefined;
          throw error;
        }
        const login = UnitOfWork.current().login();
        // The cookie decides which login this is; the address must name the same one.
        if (login === null || !login.handleHash.equals(sha256(handle))) return undefined;
        const parameters = interaction.params as Record<string, string | undefined>;
        const client = await provider.Client.find(parameters['client_id'] ?? '');
        if (client === undefined) return undefined;
        const { id, reference, clientId, state, trace, version, expiresAt, session } = login;
        return {
          handle,
          stored: { id, reference, clientId, state, trace, version, expiresAt },
          application: describe(client, parameters['redirect_uri']),
          prompt: { name: promptName(interaction.prompt.name), reasons: interaction.prompt.reasons },
          requestedScopes: (parameters['scope'] ?? '').split(' ').filter((scope) => scope !== ''),
          loginHint: parameters['login_hint'] ?? null,
          organizationHint: readId('org', parameters['organization'] ?? '') ?? null,
          maxAge: parameters['max_age'] === undefined ? null : Number(parameters['max_age']),
          forced: (parameters['prompt'] ?? '').split(' ').includes('login'),
          session: subjectOf(session),
        };
      });
    },
    resumeUrl: (handle: string) => new URL(`/oauth2/authorize/${handle}`, publicUrl).href,
  };
}

/** Of a session, who is logged in; nobody in one that was made before anybody was. */
function subjectOf(session: SessionRecord | null) {
  if (session === null || session.userId === null || session.organizationId === null) return null;
  const { id, userId, organizationId, amr, emergency } = session;
  return { id, userId, organizationId, amr, emergency };
}

function promptName(name: string): 'login' | 'consent' {
  return name === 'consent' ? 'consent' : 'login';
}

function describe(client: Client, redirectUri: string | undefined) {
  const kind: 'start' | 'console' | 'registered' =
    client.clientId === START_CLIENT ? 'start' : client.clientId === CONSOLE_CLIENT ? 'console' : 'registered';
  return {
    clientId: client.clientId,
    name: client.clientName ?? client.clientId,
    kind,
    firstParty: kind !== 'registered' || client['first_party'] === true,
    ownerName: typeof client['owner_name'] === 'string' ? client['owner_name'] : '',
    redirectHost: URL.parse(redirectUri ?? '')?.host ?? '',
    initiateLoginUri: typeof client['log_in_at'] === 'string' ? client['log_in_at'] : null,
  };
}

/**
 * Address that begins a login for *Your applications*. Its code challenge has no verifier anybody knows, so that its
 * authorization code opens nothing.
 */
export function startLoginUrl(
  publicUrl: URL,
  hints: { loginHint?: string; organization?: string; fresh?: boolean },
): string {
  const url = new URL('/oauth2/authorize', publicUrl);
  url.search = new URLSearchParams({
    client_id: START_CLIENT,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: new URL('/login/done', publicUrl).href,
    code_challenge: sha256(randomSecret()).toString('base64url'),
    code_challenge_method: 'S256',
    ...(hints.loginHint === undefined ? {} : { login_hint: hints.loginHint }),
    ...(hints.organization === undefined ? {} : { organization: hints.organization }),
    // Somebody may be logged in here already: asked all the same.
    ...(hints.fresh === true ? { prompt: 'login' } : {}),
  }).toString();
  return url.href;
}
