/** What sort of refusal an error code is; a door turns it into its own status (HTTP, exit code). */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'denied'
  | 'not-found'
  | 'conflict'
  | 'expired'
  | 'limited'
  | 'upstream';
