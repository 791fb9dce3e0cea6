import { epochSeconds } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { LoginRow } from '../../logins/login-row.ts';
import type { Payload } from './write.ts';

const UNMET = 'the authentication asked for as essential cannot be reached';

/** The result of a login, as the library expects it in `interaction.result`. */
export function toLibraryResult({ refusal, result, consent, request, state }: LoginRow): Payload {
  if (refusal !== null) {
    const unmet = refusal === 'login.unmet';
    const error = unmet ? 'unmet_authentication_requirements' : 'access_denied';
    return { result: { error, error_description: unmet ? UNMET : 'the login was refused' } };
  }
  if (result === null) {
    const answer = answerOf({ consent, state });
    if (answer === null) return {};
    // What was answered before this question answers the same request still: nobody is asked for it twice. The library
    // checks that the session is the one the question was asked in.
    const { login, select_account: chosen } = (request['lastSubmission'] ?? {}) as { login?: Payload } & Payload;
    const before = { ...(login && { login }), ...(chosen === undefined ? {} : { select_account: chosen }) };
    return { result: { ...before, ...answer } };
  }
  return {
    result: {
      login: {
        accountId: formatId('usr', result.userId),
        amr: result.amr,
        ...(result.acr === null ? {} : { acr: result.acr }),
        ...(result.authTime === null ? {} : { ts: epochSeconds(result.authTime) }),
        remember: false,
      },
      // Whoever logs in has said as whom.
      select_account: {},
      ...(consent === null ? {} : { consent: {} }),
    },
  };
}

/** What a login answered in which nobody had to prove anything; null where it did not end. */
function answerOf({ consent, state }: Pick<LoginRow, 'consent' | 'state'>): Payload | null {
  if (consent !== null) return { consent: {} };
  return state?.login.step === 'finished' ? { select_account: {} } : null;
}
