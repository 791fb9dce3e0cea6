import type { FailureCategory } from '../../provider-failure.ts';

/** What an error tells by itself; `by-error`: its member `error` (RFC 6749 4.1.2.1, 5.2) decides, `by-claim`: the claim. */
export type Verdict = FailureCategory | 'by-error' | 'by-claim';

/**
 * Every error code that openid-client, oauth4webapi and jose can throw, classified. A code says what went wrong; the class
 * of an error does not: a wrong client secret arrives under three classes, by status and headers. library-errors.test.ts
 * compares this table with the libraries.
 */
export const LIBRARY_ERRORS: Readonly<Record<string, Verdict>> = {
  OAUTH_AUTHORIZATION_RESPONSE_ERROR: 'by-error',
  OAUTH_RESPONSE_BODY_ERROR: 'by-error',
  // Of the userinfo endpoint alone: what a token endpoint answers is read before the library sees it (token-answer.ts).
  OAUTH_WWW_AUTHENTICATE_CHALLENGE: 'unusable-answer',
  OAUTH_TIMEOUT: 'unreachable',
  OAUTH_ABORT: 'unreachable',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'unusable-answer',
  OAUTH_RESPONSE_IS_NOT_JSON: 'unusable-answer',
  OAUTH_INVALID_RESPONSE: 'unusable-answer',
  OAUTH_PARSE_ERROR: 'unusable-answer',
  OAUTH_JWT_USERINFO_EXPECTED: 'unusable-answer',
  OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED: 'unusable-answer',
  OAUTH_DECRYPTION_FAILED: 'unusable-answer',
  // An algorithm, key size or encryption the library does not do.
  OAUTH_UNSUPPORTED_OPERATION: 'signature',
  OAUTH_KEY_SELECTION_FAILED: 'signature',
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'by-claim',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'times',
  // What a discovery document lacks; ours are checked at Save.
  OAUTH_MISSING_SERVER_METADATA: 'unusable-answer',
  OAUTH_INVALID_SERVER_METADATA: 'unusable-answer',
  OAUTH_HTTP_REQUEST_FORBIDDEN: 'unusable-answer',
  OAUTH_REQUEST_PROTOCOL_FORBIDDEN: 'unusable-answer',
  // Requests that we receive, not answers.
  OAUTH_INVALID_REQUEST: 'unusable-answer',
  // What was handed to the library has not the form it must have: it came from the answer.
  ERR_INVALID_ARG_TYPE: 'unusable-answer',
  ERR_INVALID_ARG_VALUE: 'unusable-answer',
  ERR_JOSE_GENERIC: 'signature',
  ERR_JOSE_ALG_NOT_ALLOWED: 'signature',
  ERR_JOSE_NOT_SUPPORTED: 'signature',
  ERR_JWS_INVALID: 'signature',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature',
  ERR_JWK_INVALID: 'signature',
  ERR_JWKS_INVALID: 'signature',
  ERR_JWKS_NO_MATCHING_KEY: 'signature',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'signature',
  ERR_JWKS_TIMEOUT: 'unreachable',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'by-claim',
  ERR_JWT_EXPIRED: 'times',
  ERR_JWT_INVALID: 'unusable-answer',
  ERR_JWE_INVALID: 'unusable-answer',
  ERR_JWE_DECRYPTION_FAILED: 'unusable-answer',
};
