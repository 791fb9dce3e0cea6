import type { z } from 'zod';
import type { httpFaultSchema } from '../faults/http-faults.ts';
import type { responseFaultSchema } from '../faults/response-faults.ts';
import type { Switch } from './switch.ts';

const response =
  (fault: z.input<typeof responseFaultSchema>): NonNullable<Switch['faults']> =>
  () => ({ response: [fault] });
const token =
  (fault: z.input<typeof httpFaultSchema>): NonNullable<Switch['faults']> =>
  () => ({ http: { token: fault } });

/** What the browser carries back (OpenID Connect Core 1.0, section 3.1.2.5; RFC 9207). */
export const ANSWERS: readonly Switch[] = [
  {
    id: 'no-state',
    says: 'The answer has no state.',
    faults: response({ kind: 'change', parameters: { state: null } }),
  },
  {
    id: 'foreign-state',
    says: 'The answer has the state of somebody else.',
    faults: response({ kind: 'change', parameters: { state: 'of-somebody-else' } }),
  },
  {
    id: 'state-twice',
    says: 'The answer has a second state.',
    faults: response({ kind: 'repeat', parameter: 'state', value: 'second' }),
  },
  {
    id: 'error-without-state',
    says: 'The answer is server_error, without a state.',
    faults: () => ({
      response: [
        { kind: 'error', error: 'server_error' },
        { kind: 'change', parameters: { state: null } },
      ],
    }),
  },
  {
    id: 'foreign-iss',
    says: 'The answer names another issuer (iss).',
    faults: response({ kind: 'change', parameters: { iss: 'https://login.fabrikam-trading.example' } }),
  },
  {
    id: 'no-iss',
    says: 'The answer names no issuer (iss), though the discovery document announces it.',
    only: 'openid-connect',
    faults: response({ kind: 'change', parameters: { iss: null } }),
  },
  {
    id: 'answer-in-query',
    says: 'The answer comes in the address (query), also when a form post was asked for.',
    faults: response({ kind: 'mode', mode: 'query' }),
  },
  {
    id: 'answer-in-fragment',
    says: 'The answer comes behind #, where no server sees it.',
    faults: response({ kind: 'mode', mode: 'fragment' }),
  },
  {
    id: 'code-and-token',
    says: 'The answer has an ID token that was not asked for.',
    faults: response({ kind: 'change', parameters: { id_token: 'e30.e30.e30' } }),
  },
  {
    id: 'cancelled',
    says: 'The person cancels: access_denied.',
    faults: response({ kind: 'error', error: 'access_denied', description: 'The user cancelled the request.' }),
  },
  ...['server_error', 'temporarily_unavailable', 'login_required', 'invalid_scope', 'unauthorized_client'].map(
    (error): Switch => ({
      id: `answer-${error.replaceAll('_', '-')}`,
      says: `The answer is ${error}.`,
      faults: response({ kind: 'error', error }),
    }),
  ),
];

/** What Microsoft's token endpoint says, by number: the OAuth error, and what it means. */
const AADSTS: Readonly<Record<number, readonly [error: string, means: string]>> = {
  28002: ['invalid_scope', 'a scope is not valid'],
  50000: ['temporarily_unavailable', 'the service is in trouble'],
  50012: ['invalid_client', 'the assertion is signed by an unknown certificate'],
  50076: ['interaction_required', 'multi-factor authentication is needed'],
  50146: ['invalid_request', 'the application needs a signing key of its own'],
  50196: ['invalid_request', 'the application runs in a loop'],
  53003: ['invalid_grant', 'Conditional Access blocks the person'],
  54005: ['invalid_grant', 'the code was redeemed already'],
  65001: ['invalid_grant', 'nobody has consented'],
  70000: ['invalid_grant', 'the code is not valid'],
  70008: ['invalid_grant', 'the code has expired'],
  70021: ['invalid_client', 'no federated credential matches'],
  90033: ['temporarily_unavailable', 'the service is in trouble'],
  90038: ['invalid_request', 'the directory is in another cloud'],
  501481: ['invalid_grant', 'the PKCE verifier does not fit'],
  700005: ['invalid_grant', 'the code is of another directory'],
  700016: ['unauthorized_client', 'the application is not in the directory'],
  700025: ['invalid_client', 'a public client sent a credential'],
  700027: ['invalid_client', 'the certificate is not registered'],
  7000112: ['unauthorized_client', 'the application is disabled'],
  7000215: ['invalid_client', 'the client secret is wrong'],
  7000218: ['invalid_client', 'a credential is missing'],
  7000222: ['invalid_client', 'the client secret has expired'],
};

/** The token endpoint (RFC 6749, sections 5.1 and 5.2). */
export const TOKEN_ENDPOINT: readonly Switch[] = [
  { id: 'token-hang', says: 'The token endpoint never answers.', faults: token({ kind: 'hang' }) },
  {
    id: 'token-429',
    says: 'The token endpoint answers 429, to be tried again in two minutes.',
    faults: token({ kind: 'error', status: 429, headers: { 'retry-after': '120' } }),
  },
  { id: 'token-503', says: 'The token endpoint answers 503.', faults: token({ kind: 'error', status: 503 }) },
  { id: 'token-html', says: 'The token endpoint answers 200 with a page.', faults: token({ kind: 'html' }) },
  {
    id: 'no-id-token',
    says: 'The token endpoint answers without an ID token.',
    faults: token({ kind: 'change', members: { id_token: null } }),
  },
  ...['invalid_client', 'invalid_grant', 'invalid_request', 'unauthorized_client', 'unsupported_grant_type'].map(
    (error): Switch => ({
      id: `token-${error.replaceAll('_', '-')}`,
      says: `The token endpoint answers ${error}.`,
      only: 'openid-connect',
      faults: token({ kind: 'error', status: error === 'invalid_client' ? 401 : 400, body: { error } }),
    }),
  ),
  ...Object.entries(AADSTS).map(([code, [error, means]]): Switch => ({
    id: `aadsts-${code}`,
    says: `The token endpoint answers AADSTS${code}: ${means}.`,
    only: 'entra-id',
    faults: token({
      kind: 'error',
      status: error === 'invalid_client' ? 401 : 400,
      body: {
        error,
        error_description: `AADSTS${code}: ${means}.\r\nTrace ID: 00000000-0000-4000-8000-000000000001\r\nCorrelation ID: 00000000-0000-4000-8000-000000000002`,
        error_codes: [Number(code)],
        correlation_id: '00000000-0000-4000-8000-000000000002',
      },
    }),
  })),
];

/** How the application is registered, as an administrator of the provider does it. */
export const REGISTRATION: readonly Switch[] = [
  {
    id: 'application-unknown',
    says: 'The application is not registered: the client ID is unknown.',
    mistake: 'unknown',
  },
  { id: 'application-disabled', says: 'The application is switched off.', only: 'entra-id', mistake: 'disabled' },
  { id: 'redirect-uri', says: 'The redirect URI is not registered.', mistake: 'redirect-uri' },
  { id: 'secret-replaced', says: 'The client secret is another one.', mistake: 'secret' },
  { id: 'secret-expired', says: 'The client secret expired in 2020.', only: 'entra-id', mistake: 'secret-expired' },
  {
    id: 'public-client',
    says: 'The application is registered as a public client: it must send no secret.',
    mistake: 'no-secret-allowed',
  },
  { id: 'id-tokens-off', says: 'ID tokens are not ticked for the application.', mistake: 'id-tokens-off' },
  { id: 'not-assigned', says: 'Nobody is assigned to the application.', only: 'entra-id', mistake: 'not-assigned' },
  {
    id: 'not-assigned-answer',
    says: 'Nobody is assigned to the application: access_denied.',
    only: 'openid-connect',
    faults: response({
      kind: 'error',
      error: 'access_denied',
      description: 'User is not assigned to the client application.',
    }),
  },
  { id: 'consent', says: 'Everybody is asked for consent once.', only: 'entra-id', mistake: 'consent' },
  { id: 'admin-consent', says: 'Only an administrator can consent.', only: 'entra-id', mistake: 'admin-consent' },
];
