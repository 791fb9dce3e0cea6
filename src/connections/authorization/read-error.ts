import { explanationOf, personCode } from '../../connectors/explain-failure.ts';
import { authorizationFailure } from '../../connectors/openid-connect/answer/provider-codes.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { ExplanationCode, ExplanationValues } from '../../connectors/explanation-codes.ts';

/** An error that came back without the state it must repeat (RFC 6749 4.1.2.1). */
export interface ErrorWithoutState {
  code: ExplanationCode;
  values: ExplanationValues;
  /** What the person is told. */
  person: ErrorCode;
}

/** Reads the error of a callback that names no request of ours, as one that names it is read; undefined when it carries none. */
export function readErrorWithoutState(parameters: URLSearchParams): ErrorWithoutState | undefined {
  const code = parameters.get('error');
  if (code === null) return undefined;
  const description = parameters.get('error_description') ?? '';
  const failure = authorizationFailure({ code, description, endpoint: 'authorization_endpoint' });
  const { correlationId, values } = failure;
  const correlation = correlationId === null ? {} : { correlation: correlationId };
  return { code: explanationOf(failure), values: { ...values, ...correlation }, person: personCode(failure) };
}
