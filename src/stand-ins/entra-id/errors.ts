import { randomUuid } from '../../base/random.ts';
import { escapeHtml, type Exchange, sendJson, sendPage } from '../small-server.ts';
import { layout } from './pages.ts';
import { nowSeconds, type State } from './state.ts';

/** What Microsoft says for a number. Programs go by the OAuth error; the numbers pick a help text. */
const TEXTS = {
  16000: 'The selected user account does not exist in the directory and cannot access the application.',
  50011:
    'The redirect URI specified in the request does not match the redirect URIs configured for the application. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.',
  50020:
    'User account from identity provider does not exist in the directory and cannot access the application. The account needs to be added as an external user in the directory first.',
  50058: 'A silent sign-in request was sent but no user is signed in.',
  50105:
    'Your administrator has configured the application to block users unless they are specifically granted (assigned) access to the application.',
  50194:
    'The application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.',
  54005:
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  65001:
    'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
  65004: 'User declined to consent to access the app.',
  70000: 'The provided value for the input parameter is not valid.',
  70003: 'The app requested an unsupported grant type.',
  70005: 'The app requested an unsupported response type.',
  70007: 'The value of response_mode is not supported for the response type.',
  70008: 'The provided authorization code has expired. Send a new interactive authorization request.',
  70011: 'The provided value for the input parameter scope is not valid.',
  90002: 'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.',
  90094: 'An administrator must consent before this application can be used.',
  500112: 'The reply address does not match the reply address provided when requesting the authorization code.',
  501481: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  501491: 'Invalid size of Code_Challenge parameter.',
  700005: 'Provided Authorization Code is intended to use against other tenant, thus rejected.',
  700016:
    'Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant. You may have sent your authentication request to the wrong tenant.',
  700025: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  70021: 'No matching federated identity record found for presented assertion subject.',
  700027: 'The certificate with identifier used to sign the client assertion is not registered on application.',
  700054: "response_type 'id_token' is not enabled for the application.",
  900144: 'The request must contain a parameter that is missing.',
  7000112: 'Application is disabled.',
  7000215:
    'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to the app.',
  7000218: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  7000222: 'The provided client secret keys for the app are expired.',
  9002327:
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
} as const;
export type AadstsCode = keyof typeof TEXTS;

interface ErrorBody {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri: string;
}

/** The members of a JSON error and, in part, of an error redirect. */
export function errorBody(state: State, error: string, code: AadstsCode): ErrorBody {
  const timestamp = new Date(nowSeconds(state) * 1000).toISOString().replace('T', ' ').replace(/\.\d+/, '');
  const ids = { trace_id: randomUuid(), correlation_id: randomUuid() };
  const trail = `Trace ID: ${ids.trace_id}\r\nCorrelation ID: ${ids.correlation_id}\r\nTimestamp: ${timestamp}`;
  return {
    error,
    error_description: `AADSTS${code}: ${TEXTS[code]}\r\n${trail}`,
    error_codes: [code],
    timestamp,
    ...ids,
    error_uri: `${state.origin}/error?code=${code}`,
  };
}

/** The provider's own error page: the application sees nothing of it. */
export function sendErrorPage(state: State, exchange: Exchange, code: AadstsCode, detail = ''): void {
  const { error_description: text } = errorBody(state, '', code);
  const lines = text.split('\r\n').map((line) => `<p>${escapeHtml(line)}</p>`);
  const body = `<h1>Sorry, but we’re having trouble signing you in.</h1>${lines.join('')}<p>${escapeHtml(detail)}</p>`;
  sendPage(exchange, 400, layout('Sign in to your account', body));
}

export function sendTokenError(state: State, exchange: Exchange, error: string, code: AadstsCode): void {
  sendJson(exchange, error === 'invalid_client' ? 401 : 400, errorBody(state, error, code));
}
