import type { ApplicationSecretId } from '../../base/ids.ts';
import type { NewJob } from '../../jobs/enqueue-job.ts';

/** What the library stores of one of its models: an object of JSON values. */
export type Payload = Record<string, unknown>;

/** The library's models of what an application presents: each is a row found by its SHA-256. */
export type TokenKind = 'AuthorizationCode' | 'AccessToken' | 'RefreshToken';

/** Stores a code or token. `lifetime` in seconds. */
export interface TokenInsert {
  kind: 'token-insert';
  model: TokenKind;
  value: string;
  payload: Payload;
  lifetime: number;
}

/** Marks a code or refresh token as used. */
export interface TokenConsume {
  kind: 'token-consume';
  model: 'AuthorizationCode' | 'RefreshToken';
  value: string;
}

/** Stores an access token that is nobody's, of a machine application, or a pushed request (RFC 9126). `lifetime` in seconds. */
export interface RecordInsert {
  kind: 'record-insert';
  model: 'ClientCredentials' | 'PushedAuthorizationRequest';
  value: string;
  payload: Payload;
  lifetime: number;
}

/** Where a device code is decided from: by who was logged in already, or at the end of a login. */
type DecidedFrom = 'pending' | 'claimed';

/** What becomes of a device code (RFC 8628); `id` names its row, `value` is what the device presents. */
export type DeviceWrite =
  | {
      kind: 'device-insert';
      value: string;
      userCodeMac: Buffer;
      clientId: string;
      network: string | null;
      payload: Payload;
      lifetime: number;
    }
  | { kind: 'device-claim'; id: string }
  | { kind: 'device-approve'; id: string; from: DecidedFrom; payload: Payload }
  | { kind: 'device-refuse'; id: string; from: DecidedFrom; error: string }
  | { kind: 'device-consume'; value: string };

/** A change to a login's row. `lifetime` in seconds. */
export type LoginWrite =
  | { kind: 'login-insert'; handle: string; payload: Payload; lifetime: number }
  | { kind: 'login-change'; handle: string; payload: Payload }
  | { kind: 'login-end'; handle: string };

/** Saves a session; `uid` names it, `cookie` is its present id in the browser. */
export interface SessionSave {
  kind: 'session-save';
  uid: string;
  cookie: string;
  payload: Payload;
}

/** One change to be written when the library is done with the request. */
export type Write =
  | SessionSave
  | { kind: 'session-end'; cookie: string }
  | LoginWrite
  | TokenInsert
  | TokenConsume
  | { kind: 'token-delete'; model: TokenKind; value: string }
  | { kind: 'family-revoke'; familyId: string }
  | RecordInsert
  | DeviceWrite
  | { kind: 'job-insert'; job: NewJob }
  | { kind: 'secret-used'; id: ApplicationSecretId }
  /** A login into an application worked: its tokens are given in this request. */
  | { kind: 'login-mark'; clientId: string };
