import { isDown, shortCode } from '../../connectors/openid-connect/answer/provider-codes.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { ExplanationCode, ExplanationValues } from '../../connectors/explanation-codes.ts';

/** An error that came back without the state it must repeat (RFC 6749 4.1.2.1). */
export interface ErrorWithoutState {
  code: ExplanationCode;
  values: ExplanationValues;
  /** What the person is told. */
  person: ErrorCode;
}

/** The person, or a rule there, said no (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6). */
const SAID_NO = new Set([
  'access_denied',
  'login_required',
  'interaction_required',
  'account_selection_required',
  'consent_required',
]);

/** Reads the error of a callback that names no request of ours; undefined when it carries none. */
export function readErrorWithoutState(parameters: URLSearchParams): ErrorWithoutState | undefined {
  const error = parameters.get('error');
  if (error === null) return undefined;
  const status = shortCode(error);
  if (SAID_NO.has(status)) return { code: 'login.refused', values: { status }, person: 'provider.refused' };
  if (isDown(status)) {
    const values = { status, endpoint: 'authorization_endpoint' };
    return { code: 'login.provider-fault', values, person: 'provider.faulty' };
  }
  return { code: 'login.registration', values: { status }, person: 'provider.misconfigured' };
}
