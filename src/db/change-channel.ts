/**
 * The channel on which processes hear (`NOTIFY`) that something they keep in memory changed: the client id of an application, or
 * {@link SIGNING_KEYS}. A notification is a hint alone: whoever missed it reads again after five seconds.
 */
export const CHANGE_CHANNEL = 'application';

/** The text that says that signing keys changed; no client id. */
export const SIGNING_KEYS = 'signing-keys';
