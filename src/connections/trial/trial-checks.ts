import type { FailureCategory } from '../../connectors/provider-failure.ts';

/** What a test shows, in the order of a round trip. */
export const TRIAL_CHECKS = [
  'provider',
  'redirect-url',
  'answer',
  'token-endpoint',
  'signature',
  'issuer',
  'audience',
  'nonce',
  'userinfo',
  'claims',
] as const;
export type TrialCheck = (typeof TRIAL_CHECKS)[number];

/** `not-needed`: this way of answering has no such step. */
export const CHECK_STATES = ['passed', 'failed', 'not-checked', 'not-needed'] as const;
export type TrialCheckState = (typeof CHECK_STATES)[number];

/** What is known of a failed round trip. */
export interface FailedAt {
  /** `wrong-callback`: the answer came to another address than the one registered; `late`: after ten minutes. */
  category: FailureCategory | 'wrong-callback' | 'late';
  /** The provider's server said so to ours. */
  serverToServer: boolean;
}

/** The check that failed. */
function failedCheck({ category, serverToServer }: FailedAt): TrialCheck {
  switch (category) {
    case 'wrong-callback':
      return 'redirect-url';
    case 'late':
    case 'refused':
    case 'wrong-response':
      return 'answer';
    case 'registration':
    case 'provider-fault':
    case 'unusable-answer':
      return serverToServer ? 'token-endpoint' : 'answer';
    case 'unreachable':
    case 'credential':
    case 'code-refused':
      return 'token-endpoint';
    case 'signature':
      return 'signature';
    case 'issuer':
    case 'directory':
      return 'issuer';
    case 'audience':
      return 'audience';
    case 'nonce':
      return 'nonce';
    case 'times':
    case 'claim-missing':
    case 'claim-wrong':
    case 'not-fresh':
    case 'too-large':
      return 'claims';
  }
}

/**
 * Checks that had not been made yet when one failed, although they stand before it: the issuer, audience, nonce and times
 * of an ID token are compared before its signature is verified, its types before all of them.
 */
const LATER: Partial<Record<FailedAt['category'], readonly TrialCheck[]>> = {
  issuer: ['signature'],
  audience: ['signature'],
  nonce: ['signature'],
  times: ['signature', 'issuer', 'audience', 'nonce'],
  'claim-wrong': ['signature', 'issuer', 'audience', 'nonce'],
  'too-large': ['signature', 'issuer', 'audience', 'nonce'],
};

/**
 * Each check with its state.
 * @param failed null when all passed
 * @param userinfo what the userinfo endpoint answered (OpenID Connect Core 5.3); it only supplements the ID token and refuses nobody
 * @param posted the ID token is posted by the browser (OAuth 2.0 Form Post Response Mode): no token endpoint is asked
 */
export function checkStates(
  failed: FailedAt | null,
  posted: boolean,
  userinfo: 'passed' | 'failed' | 'not-needed' = 'not-needed',
): { check: TrialCheck; state: TrialCheckState }[] {
  const at = failed === null ? null : failedCheck(failed);
  const place = at === null ? TRIAL_CHECKS.length : TRIAL_CHECKS.indexOf(at);
  const afterToken = TRIAL_CHECKS.slice(TRIAL_CHECKS.indexOf('token-endpoint'));
  const stateAt = (check: TrialCheck, index: number): TrialCheckState => {
    if (check === at) return 'failed';
    if (check === 'token-endpoint' && posted) return 'not-needed';
    if (check === 'userinfo') return failed === null ? userinfo : 'not-checked';
    if (failed === null) return 'passed';
    if (index > place || LATER[failed.category]?.includes(check) === true) return 'not-checked';
    // An issuer in the callback itself (RFC 9207) is compared before the code is redeemed.
    const beforeTokens = !posted && !failed.serverToServer && afterToken.includes(at ?? 'claims');
    return beforeTokens && afterToken.includes(check) ? 'not-checked' : 'passed';
  };
  return TRIAL_CHECKS.map((check, index) => ({ check, state: stateAt(check, index) }));
}
