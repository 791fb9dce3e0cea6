/**
 * What can be wrong with one field of an input: stable codes and the sentence of each; `{name}` stands for a value. The
 * catalog of what the API says of fields and the console shows under them.
 */
const FIELD_ERRORS = {
  required: 'This is needed.',
  malformed: 'This does not have the form it needs.',
  json: 'Not JSON (RFC 8259).',
  duplicate: 'Given twice.',
  'too-deep': 'Nested more than {most} deep.',
  characters: 'Has a NUL or half of a surrogate pair.',
  unknown: 'There is no such field: {names}.',
  'one-of': 'One of {allowed}.',
  'too-long': 'At most {most} characters.',
  'too-short': 'At least {least} characters.',
  'too-many': 'At most {most} entries.',
  'too-few': 'At least {least}.',
  'too-great': 'At most {most}.',
  'too-small': 'Not below {least}.',
  'one-line': 'One line of at most {most} characters.',
  'no-address': 'No web address.',
  'mixed-scripts': 'Letters of one script in each word.',
  between: 'Between {least} and {most}.',
  'support-contact': 'A mail address, an https address or tel: and a number.',
  cursor: 'Not a cursor of this list.',
  'event-kind': 'No such kind of event.',
  'idempotency-key': '1 to 200 visible ASCII characters.',
  'offline-without-refresh': 'Needs refresh tokens.',
  'no-place-for-a-secret': 'Browser and native applications cannot keep a secret.',
  'public-needs-pkce': 'Browser and native applications must use PKCE: nothing else binds the code to them.',
  'public-keys':
    'A JWKS (RFC 7517) of 1 to 10 public keys: RSA of 2048 bits or more, EC on P-256, P-384 or P-521, or Ed25519. No private parts.',
  'keys-without-use': 'Keys are for private_key_jwt.',
  'uri.characters': 'Only printable ASCII, no spaces or backslashes.',
  'uri.wildcard': 'Wildcards are not supported: register each address.',
  'uri.fragment': 'No fragment (#).',
  'uri.none': 'Not a URI.',
  'uri.https': 'Begin with https://.',
  'uri.own-scheme': 'A scheme of your own is the reverse of your domain, as com.contoso.app:/callback.',
  'uri.user': 'No user name or password.',
  'uri.http': 'http only for localhost, 127.0.0.1 or [::1].',
  'uri.written': 'Write it as {written}',
} as const;

export type FieldErrorCode = keyof typeof FIELD_ERRORS;

/** One field of the input and what is wrong with it. */
export interface FieldError {
  /** Path in the input, as `redirectUris.0`. */
  field: string;
  /** A code of the list, or that of an explained failure of an identity provider. */
  code: string;
  message: string;
}

/** A field's error in words. */
export function fieldError(
  field: string,
  code: FieldErrorCode,
  values: Readonly<Record<string, string | number>> = {},
): FieldError {
  const message = FIELD_ERRORS[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  return { field, code, message };
}
