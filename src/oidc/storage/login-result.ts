import { epochSeconds } from '../../base/clock.ts';
import { formatId } from '../../base/ids.ts';
import type { LoginRecord } from './login-record-store.ts';
import type { Payload } from './write.ts';

/** What the steps of a login came to, as the library expects it in `interaction.result`. */
export function toLibraryResult({ refusal, result, consent }: LoginRecord): Payload {
  if (refusal !== null) {
    return { result: { error: 'access_denied', error_description: 'the login was refused' } };
  }
  if (result === null) return consent === null ? {} : { result: { consent: {} } };
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
