/** What can be wrong with one field of an input; the sentence of each stands in the catalog, `field.<code>`. */
export const FIELD_ERROR_CODES = [
  'required',
  'malformed',
  'json',
  'duplicate',
  'too-deep',
  'characters',
  'unknown',
  'one-of',
  'too-long',
  'too-short',
  'too-many',
  'too-few',
  'too-great',
  'too-small',
  'one-line',
  'no-address',
  'mixed-scripts',
  'between',
  'no-user',
  'other-host',
  'support-contact',
  'cursor',
  'event-kind',
  'idempotency-key',
  'offline-without-refresh',
  'no-place-for-a-secret',
  'public-needs-pkce',
  'public-keys',
  'keys-without-use',
  'high-security',
  'acts-for-users',
  'high-security-keys',
  'language-tag',
  'machine-without-people',
  'native-only',
  'audience-ours',
  'audience-scheme',
  'scope-reserved',
  'scope-unknown',
  'uri.characters',
  'uri.wildcard',
  'uri.fragment',
  'uri.none',
  'uri.https',
  'uri.own-scheme',
  'uri.user',
  'uri.http',
  'uri.written',
] as const;

export type FieldErrorCode = (typeof FIELD_ERROR_CODES)[number];

/** One field of the input and what is wrong with it. */
export interface FieldError {
  /** Path in the input, as `redirectUris.0`. */
  field: string;
  /** A code of the list, or that of an explained failure of an identity provider (`discovery.unreachable`). */
  code: string;
  /** Values for the placeholders of its sentence. */
  values: Readonly<Record<string, string | number>>;
}

/** A {@link FieldError} with a code of the list. */
export function fieldError(field: string, code: FieldErrorCode, values: FieldError['values'] = {}): FieldError {
  return { field, code, values };
}
