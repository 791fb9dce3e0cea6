import { readOutsideText } from '../../../base/outside-text.ts';
import { AuthorizationResponseError } from 'openid-client';
import { foundValue } from '../../found-value.ts';
import { FetchRefused } from '../../outgoing/fetch-refused.ts';
import type { FetchCategory } from '../../outgoing/fetch-refused.ts';
import type { ExplanationValues } from '../../explanation-codes.ts';
import { ProviderFailure } from '../../provider-failure.ts';
import type { FailureCategory } from '../../provider-failure.ts';
import { timeText } from './id-token.ts';
import { LIBRARY_ERRORS } from './library-errors.ts';
import { authorizationFailure, endpointText } from './provider-codes.ts';

/** Where an answer came from. */
export interface Origin {
  /** The provider's server sent it to ours, so no browser can have caused it. */
  serverToServer: boolean;
  /** Address of the endpoint that answered. */
  endpoint: string;
}

/** Whatever reading a callback threw, as a {@link ProviderFailure}. Decides on codes alone, never on a provider's sentences. */
export function failureOf(error: unknown, origin: Origin): ProviderFailure {
  let known: { code: string; error: Error } | undefined;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProviderFailure) {
      return origin.serverToServer ? cause.ofServer() : cause;
    }
    if (cause instanceof FetchRefused) return ofFetch(cause, origin.endpoint);
    if (cause instanceof AuthorizationResponseError) {
      const { error: code, error_description: description = '' } = cause;
      return authorizationFailure({ code, description, endpoint: origin.endpoint }, cause);
    }
    const code: unknown = 'code' in cause ? cause.code : undefined;
    if (typeof code === 'string' && Object.hasOwn(LIBRARY_ERRORS, code)) known ??= { code, error: cause };
  }
  const { serverToServer } = origin;
  const values = { endpoint: endpointText(origin.endpoint), status: '200', ...valuesOf(error) };
  const category = known === undefined ? 'unusable-answer' : categoryOf(known);
  return new ProviderFailure(category, detailOf(error), { serverToServer, values, cause: error });
}

const UNUSABLE: ReadonlySet<FetchCategory> = new Set(['not-json', 'redirected']);

/** A call that the guarded fetch refused, or that failed. */
export function ofFetch(refused: FetchRefused, endpoint: string): ProviderFailure {
  if (refused.category === 'too-large') {
    const values = { found: '> 512 KB', wanted: '64 KB', member: '–', count: '–' };
    return new ProviderFailure('too-large', refused.message, { serverToServer: true, values, cause: refused });
  }
  const category = UNUSABLE.has(refused.category) ? 'unusable-answer' : 'unreachable';
  const status = refused.status === undefined ? refused.category : String(refused.status);
  const values = { endpoint: endpointText(endpoint), status };
  return new ProviderFailure(category, refused.message, { serverToServer: true, values, cause: refused });
}

function categoryOf({ code, error }: { code: string; error: Error }): FailureCategory {
  const verdict = LIBRARY_ERRORS[code];
  switch (verdict) {
    case 'by-claim': {
      const claim = memberOf(error, 'claim');
      return claim === 'iss' ? 'issuer' : claim === 'nonce' ? 'nonce' : 'audience';
    }
    case 'by-error':
    case undefined:
      return 'unusable-answer';
    case 'unusable-answer':
      // A signature that does not verify shares its code with other faults of an answer, and alone names a signature.
      return memberOf(error, 'signature') === undefined ? verdict : 'signature';
    default:
      return verdict;
  }
}

/** Which claim was found to be what, and what it should be, where the library says so. */
function valuesOf(error: unknown): ExplanationValues {
  if (!(error instanceof Error)) return {};
  const [claim, claims] = [memberOf(error, 'claim'), memberOf(error, 'claims')];
  if (typeof claim !== 'string' || typeof claims !== 'object' || claims === null) return {};
  const found: unknown = Reflect.get(claims, claim);
  const now = memberOf(error, 'now');
  return now === undefined
    ? { member: claim, found: foundValue(found), wanted: foundValue(memberOf(error, 'expected')) }
    : { member: claim, found: timeText(found), wanted: timeText(now) };
}

/** A member of what the library says about an error, wherever in the chain of causes it says it. */
function memberOf(error: Error, name: string): unknown {
  for (let cause: unknown = error.cause; typeof cause === 'object' && cause !== null; cause = causeOf(cause)) {
    const value: unknown = Object.hasOwn(cause, name) ? Reflect.get(cause, name) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

function causeOf(value: object): unknown {
  return value instanceof Error ? value.cause : undefined;
}

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return readOutsideText(`${error.message}${cause}`, 300);
}

/** A member that is missing, or is not what it must be, for the trace and for the administrator's sentence. */
export function memberFailure(
  category: FailureCategory,
  about: { member: string; value: unknown; wanted: string; endpoint: string },
  shown: (value: unknown) => string = foundValue,
): ProviderFailure {
  const { member, value, wanted } = about;
  const missing = value === undefined;
  const found = missing ? '' : shown(value);
  const claim = category.startsWith('claim-');
  const code = claim ? null : missing ? ('login.member-missing' as const) : ('login.member-wrong' as const);
  const detail = missing ? `${member} missing` : `${member} is ${found}, not ${wanted}`;
  return new ProviderFailure(category, detail, {
    code,
    values: { member, found, wanted, endpoint: endpointText(about.endpoint) },
  });
}
