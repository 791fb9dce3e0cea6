import { randomUuid } from '../../base/random.ts';
import type { AuthorizationResponse } from '../faults/response-faults.ts';
import { sendResponse } from '../faults/response-faults.ts';
import { type Exchange, sendPage } from '../small-server.ts';
import type { App, Directory, User } from './configuration.ts';
import { type AadstsCode, errorBody, sendErrorPage } from './errors.ts';
import { makeIdToken, noteEntry } from './id-token.ts';
import { MANY } from './metadata.ts';
import { adminApprovalPage, consentPage, loginPage, pickerPage } from './pages.ts';
import { currentSession, rememberAccount } from './browser-session.ts';
import {
  type BrowserSession,
  findAccount,
  findDirectory,
  mayServe,
  nowSeconds,
  opaqueText,
  type State,
  userIn,
} from './state.ts';

/** A request whose directory, application and redirect URI are proper: from here on errors may be sent back. */
export interface AuthorizationRequest {
  directory: Directory;
  app: App;
  redirect: App['redirectUris'][number];
  parameters: URLSearchParams;
  mode: AuthorizationResponse['mode'];
}

/**
 * `GET|POST /{t}/oauth2/v2.0/authorize`. Directory, application and redirect URI are checked first, and mistakes there
 * end on the provider's own page without a redirect; everything later is told to the application.
 */
export async function authorize(
  state: State,
  exchange: Exchange,
  segment: string,
  parameters: URLSearchParams,
): Promise<void> {
  const asked = checkPlaces(state, segment, parameters);
  if ('code' in asked) return sendErrorPage(state, exchange, asked.code, asked.detail);
  const mistake = checkRequest(asked);
  if (mistake !== undefined) return refuse(state, exchange, asked, mistake.error, mistake.code);

  const action = `/${segment}/login?${parameters}`;
  const chosen = state.chosen === undefined ? undefined : findAccount(state, state.chosen);
  const session = chosen === undefined ? currentSession(state, exchange) : rememberAccount(state, exchange, chosen.upn);
  const people = state.showsPeople ? [...state.users.values()].filter((user) => user.guestFrom === undefined) : [];
  const choice = chosen ?? chooseAccount(state, session, parameters);
  if (choice === 'login') {
    return sendPage(exchange, 200, loginPage({ action, hint: parameters.get('login_hint') ?? '', people }));
  }
  if (choice === 'pick') return sendPage(exchange, 200, pickerPage(action, accountsOf(state, session)));
  if (choice === 'nobody') return refuse(state, exchange, asked, 'login_required', 50058);
  await proceed(state, exchange, asked, choice, session as BrowserSession, action);
}

function checkPlaces(
  state: State,
  segment: string,
  parameters: URLSearchParams,
): AuthorizationRequest | { code: AadstsCode; detail: string } {
  const clientId = parameters.get('client_id')?.toLowerCase() ?? '';
  const redirectUri = parameters.get('redirect_uri') ?? '';
  const app = state.apps.get(clientId);
  if (MANY.includes(segment)) return { code: app === undefined ? 700016 : 50194, detail: clientId };
  const directory = findDirectory(state, segment);
  if (directory === undefined) return { code: 90002, detail: segment };
  if (app === undefined || !mayServe(state, app, directory)) return { code: 700016, detail: clientId };
  if (app.disabled) return { code: 7000112, detail: clientId };
  const redirect =
    app.redirectUris.find(({ uri }) => uri === redirectUri) ??
    (app.anyRedirectUri && { uri: redirectUri, platform: app.anyRedirectUri });
  if (redirect === undefined) return { code: 50011, detail: redirectUri };
  const asked = parameters.get('response_mode');
  const standard = parameters.get('response_type') === 'code' ? 'query' : 'fragment';
  const mode = asked === 'form_post' || asked === 'query' || asked === 'fragment' ? asked : standard;
  return { directory, app, redirect, parameters, mode };
}

function checkRequest({
  app,
  parameters,
  mode,
}: AuthorizationRequest): { error: string; code: AadstsCode } | undefined {
  const type = parameters.get('response_type');
  const challenge = parameters.get('code_challenge');
  if (type !== 'code' && type !== 'id_token') return { error: 'unsupported_response_type', code: 70005 };
  if (type === 'id_token' && !app.idTokens) return { error: 'unsupported_response_type', code: 700054 };
  if (type === 'id_token' && mode === 'query') return { error: 'invalid_request', code: 70007 };
  if (!scopesOf(parameters).includes('openid')) return { error: 'invalid_scope', code: 70011 };
  if (type === 'id_token' && !parameters.get('nonce')) return { error: 'invalid_request', code: 900144 };
  if (challenge !== null && !/^[\w~.-]{43,128}$/.test(challenge)) return { error: 'invalid_request', code: 501491 };
  return undefined;
}

/** Who goes on: the one account there is, the one hinted at, or whoever a page asks for. */
function chooseAccount(
  state: State,
  session: BrowserSession | undefined,
  parameters: URLSearchParams,
): User | 'login' | 'pick' | 'nobody' {
  const accounts = accountsOf(state, session);
  const prompt = parameters.get('prompt');
  // set by our own pages once a person has logged in or picked; it must be an account of this browser
  const picked = accounts.find(({ upn }) => upn === parameters.get('picked'));
  if (picked !== undefined) return picked;
  if (prompt === 'login') return 'login';
  if (prompt === 'select_account') return accounts.length > 0 ? 'pick' : 'login';
  const hint = parameters.get('login_hint')?.toLowerCase();
  const [only, second] = hint ? accounts.filter(({ upn }) => upn.toLowerCase() === hint) : accounts;
  if (only !== undefined && second === undefined) return only;
  if (prompt === 'none') return 'nobody';
  return only === undefined ? 'login' : 'pick';
}

export function accountsOf(state: State, session: BrowserSession | undefined): User[] {
  const names = [...(session?.accounts.keys() ?? [])];
  return names.flatMap((name) => findAccount(state, name) ?? []);
}

async function proceed(
  state: State,
  exchange: Exchange,
  asked: AuthorizationRequest,
  account: User,
  session: BrowserSession,
  action: string,
): Promise<void> {
  const { app, directory, parameters } = asked;
  const user = userIn(state, directory, account);
  if (user === undefined) return sendErrorPage(state, exchange, 50020, account.upn);
  if (app.assignmentRequired && !app.assigned.includes(user.oid))
    return sendErrorPage(state, exchange, 50105, user.upn);
  const mustAsk = app.consent !== 'granted' && !state.consents.has(`${app.clientId} ${user.oid}`);
  if (mustAsk && parameters.get('prompt') === 'none') return refuse(state, exchange, asked, 'consent_required', 65001);
  if (mustAsk) return sendPage(exchange, 200, (app.consent === 'ask' ? consentPage : adminApprovalPage)(action, app));

  const scope = scopesOf(parameters);
  const nonce = parameters.get('nonce') ?? undefined;
  const answer: [string, string][] = [];
  noteEntry(state, { app, directory, user, session });
  if (parameters.get('response_type') === 'id_token') {
    answer.push(['id_token', await makeIdToken(state, { app, directory, user, session, scope, nonce })]);
  } else {
    const code = `1.${opaqueText(6)}`;
    const value = parameters.get('code_challenge');
    const method = parameters.get('code_challenge_method') ?? 'plain';
    state.codes.set(code, {
      app,
      user,
      directory,
      scope,
      nonce,
      session,
      redirectUri: asked.redirect.uri,
      platform: asked.redirect.platform,
      challenge: value === null ? undefined : { value, method },
      issuedAt: nowSeconds(state),
      redeemed: false,
    });
    answer.push(['code', code]);
  }
  answer.push(...stateOf(parameters), ['session_state', randomUuid()]);
  respond(state, exchange, asked, answer);
}

/** Tells the application what went wrong, the way it asked to be answered. */
export function refuse(
  state: State,
  exchange: Exchange,
  asked: AuthorizationRequest,
  error: string,
  code: AadstsCode,
): void {
  const { error_description: description, error_uri: uri } = errorBody(state, error, code);
  respond(state, exchange, asked, [
    ['error', error],
    ['error_description', description],
    ['error_uri', uri],
    ...stateOf(asked.parameters),
  ]);
}

function respond(
  state: State,
  exchange: Exchange,
  { redirect, mode, parameters }: AuthorizationRequest,
  answer: [string, string][],
): void {
  const response = { redirectUri: redirect.uri, mode, parameters: answer };
  sendResponse(exchange, parameters, response, state.faults.response);
}

/** `state` comes back as sent, only without markup. */
function stateOf(parameters: URLSearchParams): [string, string][] {
  const value = parameters.get('state');
  return value === null ? [] : [['state', value.replace(/<[^>]*>/g, '')]];
}

function scopesOf(parameters: URLSearchParams): string[] {
  return (parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
}

/** The request as the pages' own posts need it again. */
export function placesOf(state: State, segment: string, parameters: URLSearchParams): AuthorizationRequest | undefined {
  const asked = checkPlaces(state, segment, parameters);
  return 'code' in asked ? undefined : asked;
}
