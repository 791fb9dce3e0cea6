import { AppError } from './errors.ts';

declare const kind: unique symbol;
type Id<K extends string> = string & { readonly [kind]: K };

// Inside, an id is a uuid (as PostgreSQL stores it) that knows what it names; outside it is `usr_` and 26 letters.
export type OrganizationId = Id<'org'>;
export type UserId = Id<'usr'>;
export type InvitationId = Id<'inv'>;
export type AuthenticatorId = Id<'aut'>;
export type ConnectionId = Id<'con'>;
export type ApplicationId = Id<'app'>;
export type LoginId = Id<'log'>;
export type SessionId = Id<'ses'>;
export type ApiTokenId = Id<'tok'>;
export type AuditEventId = Id<'evt'>;
export type MailId = Id<'mai'>;
export type ConflictId = Id<'cfl'>;
export type JobId = Id<'job'>;
export type SetupInvitationId = Id<'set'>;
export type TrialId = Id<'tri'>;
export type TemplateId = Id<'tpl'>;
export type ClientKeySetId = Id<'cks'>;
export type ClientKeyId = Id<'cky'>;
export type ApiResourceId = Id<'api'>;
export type ApplicationSecretId = Id<'sec'>;

interface IdByPrefix {
  org: OrganizationId;
  usr: UserId;
  inv: InvitationId;
  aut: AuthenticatorId;
  con: ConnectionId;
  app: ApplicationId;
  log: LoginId;
  ses: SessionId;
  tok: ApiTokenId;
  evt: AuditEventId;
  mai: MailId;
  cfl: ConflictId;
  job: JobId;
  set: SetupInvitationId;
  tri: TrialId;
  tpl: TemplateId;
  cks: ClientKeySetId;
  cky: ClientKeyId;
  api: ApiResourceId;
  sec: ApplicationSecretId;
}
export type IdPrefix = keyof IdByPrefix;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const OUTSIDE = /^([a-z]{3})_([a-z2-7]{26})$/;

/** The outside form of an id: prefix, underscore, the uuid's 128 bits in lower-case base32 (RFC 4648 section 6, no padding). */
export function formatId<P extends IdPrefix>(prefix: P, id: IdByPrefix[P]): string {
  if (!UUID.test(id)) throw new Error(`not a uuid where a ${prefix} id was expected`);
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  let text = `${prefix}_`;
  let [held, bits] = [0, 0]; // those of the bytes that no letter has yet
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
  }
  return text + ALPHABET[(held << 2) & 31]; // 26 letters hold 130 bits
}

/** The uuid of an outside id, or undefined when the text is not one of that kind. */
export function readId<P extends IdPrefix>(prefix: P, text: string): IdByPrefix[P] | undefined {
  const match = OUTSIDE.exec(text);
  if (match?.[1] !== prefix) return undefined;
  const bytes = Buffer.allocUnsafe(16);
  let [held, bits, at] = [0, 0, 0];
  for (const letter of match[2]!) {
    held = ((held << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = held >> bits;
  }
  if ((held & 3) !== 0) return undefined; // one spelling for each id
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as IdByPrefix[P];
}

/** As {@link readId}; throws `id.malformed` instead. */
export function parseId<P extends IdPrefix>(prefix: P, text: string): IdByPrefix[P] {
  const id = readId(prefix, text);
  if (id === undefined) throw new AppError('id.malformed', { detail: `expected ${prefix}_…` });
  return id;
}
