import type { Module } from './plan.ts';

const PROFILE = 'FAPI 2.0 SP';
/** Modules by the last part of their names. */
export const prefixed = (modules: readonly Module[]): readonly Module[] =>
  modules.map((module) => ({ ...module, name: `fapi2-security-profile-final-${module.name}` }));

/** Discovery, the flow itself, and requests that differ from the usual one but are right. */
export const FAPI_2_FLOW: readonly Module[] = prefixed([
  {
    name: 'discovery-end-point-verification',
    section: `${PROFILE} 5.3.2.1, 5.3.2.2`,
    holds: 'what the profile needs is published',
  },
  {
    name: 'happy-flow',
    section: `${PROFILE} 5.3`,
    holds: 'pushed request, code and tokens bound to a key, for two applications',
  },
  { name: 'user-rejects-authentication', section: 'Core 3.1.2.6', holds: 'who declines comes back with access_denied' },
  {
    name: 'ensure-authorization-request-without-state-success',
    section: 'RFC 6749 4.1.1',
    holds: 'without state none comes back',
  },
  {
    name: 'ensure-authorization-request-without-nonce-success',
    section: 'Core 3.1.2.1',
    holds: 'without nonce none is stated',
  },
  {
    name: 'ensure-authorization-request-with-64-char-nonce-success',
    section: `${PROFILE} 5.3.2.2`,
    holds: 'a nonce of 64 characters is stated as it is',
  },
  { name: 'ensure-other-scope-order-succeeds', section: 'Core 3.1.2.1', holds: 'openid need not be the first scope' },
  {
    name: 'test-claims-parameter-identity-claims',
    section: 'Core 5.5',
    holds: 'published identity claims are had, a claims parameter beside their scopes is no error',
  },
  {
    name: 'access-token-type-header-case-sensitivity',
    section: 'RFC 9110 11.1',
    holds: 'the scheme DPoP is read in any case',
  },
  {
    name: 'ensure-authorization-request-with-long-nonce',
    section: 'Core 3.1.2.1',
    holds: 'a long nonce is stated whole, or refused',
  },
  {
    name: 'ensure-authorization-request-with-long-state',
    section: 'RFC 6749 4.1.1',
    holds: 'a long state comes back whole, or is refused',
  },
  {
    name: 'refresh-token',
    section: `${PROFILE} 5.3.2.1, RFC 9449 5`,
    holds: 'refresh tokens are bound to application and authentication, and do not rotate',
  },
]);

/** DPoP (RFC 9449). */
export const FAPI_2_PROOFS: readonly Module[] = prefixed([
  { name: 'check-dpop-proof-nbf-exp', section: 'RFC 9449 4.2', holds: 'further times in a proof are no error' },
  {
    name: 'ensure-dpopproof-with-iat-10seconds-before-succeeds',
    section: `RFC 9449 11.1, ${PROFILE} 5.3.2.1`,
    holds: 'a proof made 10 seconds ago is taken',
  },
  {
    name: 'ensure-dpopproof-with-iat-10seconds-after-succeeds',
    section: `RFC 9449 11.1, ${PROFILE} 5.3.2.1`,
    holds: 'a proof made 10 seconds ahead is taken',
  },
  {
    name: 'ensure-mismatched-dpop-jkt-fails',
    section: 'RFC 9449 10.1',
    holds: 'dpop_jkt and the pushed proof name one key',
  },
  {
    name: 'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt',
    section: 'RFC 9449 10.1',
    holds: 'a code bound by a pushed proof is redeemed with its key alone',
  },
  {
    name: 'ensure-token-endpoint-fails-with-mismatched-dpop-jkt',
    section: 'RFC 9449 10',
    holds: 'a code bound by dpop_jkt is redeemed with its key alone',
  },
  {
    name: 'ensure-dpopproof-at-par-endpoint-binding-success',
    section: 'RFC 9449 10.1',
    holds: 'a code bound by a pushed proof is redeemed with its key',
  },
  {
    name: 'ensure-dpop-auth-code-binding-success',
    section: 'RFC 9449 10, 10.1',
    holds: 'dpop_jkt and the same pushed proof go together',
  },
  { name: 'ensure-holder-of-key-required', section: `${PROFILE} 5.3.2.1-6`, holds: 'no tokens without a proof' },
  {
    name: 'dpop-negative-tests',
    section: 'RFC 9449 4.3, 7.1',
    holds: 'every proof that is wrong in one thing is refused, the others taken',
  },
]);

/** The authorization request (RFC 9126) and what is refused in it. */
export const FAPI_2_REQUESTS: readonly Module[] = prefixed([
  {
    name: 'ensure-different-nonce-inside-and-outside-request-object',
    section: 'RFC 9126 4',
    holds: 'a nonce beside the pushed one counts for nothing',
  },
  {
    name: 'ensure-different-state-inside-and-outside-request-object',
    section: 'RFC 9126 4',
    holds: 'a state beside the pushed one counts for nothing',
  },
  {
    name: 'state-only-outside-request-object-not-used',
    section: 'RFC 9126 4',
    holds: 'a state that was not pushed counts for nothing',
  },
  {
    name: 'ensure-request-object-without-redirect-uri-fails',
    section: `${PROFILE} 5.3.2.2-5`,
    holds: 'a pushed request names its redirect URI',
  },
  {
    name: 'plain-fapi-tolerate-unregistered-redirect-uri',
    section: 'RFC 9126 2.4',
    holds: 'a redirect URI that is not registered is refused',
  },
  {
    name: 'ensure-unsigned-authorization-request-without-using-par-fails',
    section: `${PROFILE} 5.3.2.2-3`,
    holds: 'a request that was not pushed is refused',
  },
  {
    name: 'ensure-redirect-uri-in-authorization-request',
    section: `${PROFILE} 5.3.2.2-5`,
    holds: 'a request without redirect URI is refused',
  },
  {
    name: 'ensure-response-type-code-idtoken-fails',
    section: `${PROFILE} 5.3.2.2-1`,
    holds: 'code id_token is refused',
  },
  { name: 'ensure-response-type-token-fails', section: `${PROFILE} 5.3.2.2-1`, holds: 'token is refused' },
  {
    name: 'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds',
    section: `${PROFILE} 5.3.2.2, note 3`,
    holds: 'a request that was only looked at may be opened again',
  },
  {
    name: 'par-attempt-reuse-request_uri',
    section: 'RFC 9126 2.2, 7.3',
    holds: 'a request that was answered is not answered again',
  },
  {
    name: 'par-attempt-to-use-expired-request_uri',
    section: 'RFC 9126 2.2',
    holds: 'a request older than it said is refused',
  },
  {
    name: 'par-attempt-to-use-request_uri-for-different-client',
    section: 'RFC 9126 2.2',
    holds: 'a request belongs to who pushed it',
  },
  {
    name: 'par-authorization-request-containing-request_uri-form-param',
    section: 'RFC 9126 2.1',
    holds: 'no request_uri is pushed',
  },
  { name: 'par-attempt-invalid-http-method', section: 'RFC 9126 2.3', holds: 'requests are pushed by POST alone' },
  { name: 'par-without-duplicate-parameters', section: 'RFC 9126 4', holds: 'client_id and request_uri are enough' },
  {
    name: 'par-ensure-pkce-required',
    section: `${PROFILE} 5.3.2.2-4`,
    holds: 'a request without code challenge is refused',
  },
  { name: 'par-plain-pkce-rejected', section: `${PROFILE} 5.3.2.2-4`, holds: 'a code challenge is S256' },
]);

/** The token endpoint and how an application authenticates there. */
export const FAPI_2_TOKENS: readonly Module[] = prefixed([
  {
    name: 'ensure-client-id-in-token-endpoint',
    section: 'RFC 7523 3',
    holds: 'the id of one application with the key of another is refused',
  },
  {
    name: 'ensure-authorization-code-is-bound-to-client',
    section: 'RFC 6749 4.1.3',
    holds: 'a code belongs to one application',
  },
  {
    name: 'attempt-reuse-authorization-code-after-one-second',
    section: `RFC 6749 4.1.2, ${PROFILE} 5.3.2.1`,
    holds: 'a code is redeemed once, and its tokens end',
  },
  {
    name: 'ensure-token-endpoint-fails-with-expired-auth-code',
    section: `${PROFILE} 5.3.2.1-11`,
    holds: 'a code older than 60 seconds is refused',
  },
  { name: 'ensure-pkce-code-verifier-required', section: 'RFC 7636 4.6', holds: 'no tokens without the code verifier' },
  {
    name: 'incorrect-pkce-code-verifier-rejected',
    section: 'RFC 7636 4.6',
    holds: 'no tokens for another code verifier',
  },
  {
    name: 'ensure-signed-client-assertion-with-RS256-fails',
    section: `${PROFILE} 5.4.1`,
    holds: 'an assertion signed with RS256 is refused',
    needs: 'a key of the application for PS256 (RSA); with an EC key the suite leaves it out',
  },
  {
    name: 'ensure-client-assertion-in-token-endpoint',
    section: `${PROFILE} 5.3.2.1-5`,
    holds: 'no tokens without an assertion',
  },
  {
    name: 'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails',
    section: 'RFC 7523 3-4',
    holds: 'an assertion that ran out is refused',
  },
  {
    name: 'ensure-client-assertion-with-wrong-aud-fails',
    section: `${PROFILE} 5.3.2.1-8`,
    holds: 'an assertion for others is refused',
  },
  {
    name: 'ensure-client-assertion-with-no-sub-fails',
    section: 'RFC 7523 3-2',
    holds: 'an assertion about nobody is refused',
  },
  {
    name: 'par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted',
    section: `${PROFILE} 5.3.2.1-13`,
    holds: 'an assertion made 8 seconds ahead is taken',
  },
  {
    name: 'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails',
    section: `${PROFILE} 5.3.2.1-13`,
    holds: 'an assertion made more than 60 seconds ahead is refused',
  },
  {
    name: 'par-test-array-as-audience-fails',
    section: `${PROFILE} 5.3.2.1-8`,
    holds: 'the audience of an assertion is one string',
  },
  {
    name: 'par-test-par-endpoint-url-as-audience-fails',
    section: `${PROFILE} 5.3.2.1-8`,
    holds: 'the audience is not the endpoint for pushed requests',
  },
  {
    name: 'par-test-token-endpoint-url-as-audience-fails',
    section: `${PROFILE} 5.3.2.1-8`,
    holds: 'the audience is not the token endpoint',
  },
]);
