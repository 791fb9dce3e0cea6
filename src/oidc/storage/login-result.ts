import { epochSeconds } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { LoginRow } from '../../logins/login-row.ts';
import type { Payload } from './write.ts';

/** The result of a login, as the library expects it in `interaction.result`. */
export function toLibraryResult({ refusal, result, consent, request }: LoginRow): Payload {
  if (refusal !== null) {
    return { result: { error: 'access_denied', error_description: 'the login was refused' } };
  }
  if (result === null) {
    if (consent === null) return {};
    // What the login before this question proved answers the same request still: nobody is asked for it twice. The library
    // checks that the session is the one the question was asked in.
    const { login: proved } = (request['lastSubmission'] ?? {}) as { login?: Payload };
    return { result: { ...(proved === undefined ? {} : { login: proved }), consent: {} } };
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
      ...(consent === null ? {} : { consent: {} }),
    },
  };
}
