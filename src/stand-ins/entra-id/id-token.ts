import { createHash, createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { signIdToken } from '../faults/token-faults.ts';
import type { App, Directory, User } from './configuration.ts';
import { type BrowserSession, nowSeconds, opaqueText, type State } from './state.ts';

interface Subject {
  app: App;
  directory: Directory;
  user: User;
  session: BrowserSession;
  scope: readonly string[];
  nonce: string | undefined;
}

/** A version 2 ID token for a user in a directory, signed and bent by the faults switched on. */
export function makeIdToken(state: State, subject: Subject): Promise<string> {
  return signIdToken({
    payload: claimsOf(state, subject),
    key: state.keys.current(),
    faults: state.faults.token,
    foreignKeys: state.keys.foreign,
  });
}

function claimsOf(state: State, { app, directory, user, session, scope, nonce }: Subject): JWTPayload {
  // five minutes back, as Microsoft does: nobody may demand a fresh `iat`
  const issuedAt = nowSeconds(state) - 300;
  const wants = (claim: App['optionalClaims'][number]): boolean => app.optionalClaims.includes(claim);
  const isGuest = user.guestFrom !== undefined;
  const address = isGuest ? (user.mail ?? user.upn) : user.mail;
  const showsEmail = address !== undefined && (isGuest || scope.includes('email') || wants('email'));
  const authTime = session.accounts.get(user.upn) ?? issuedAt;
  const claims: Record<string, unknown> = {
    ver: '2.0',
    iss: issuerOf(state, directory),
    sub: pairwiseSubject(state, app, user),
    aud: app.clientId,
    exp: issuedAt + 3900,
    iat: issuedAt,
    nbf: issuedAt,
    ...(scope.includes('profile')
      ? { name: user.name, preferred_username: user.preferredUsername ?? user.upn, oid: user.oid }
      : {}),
    ...(showsEmail ? { email: address } : {}),
    ...(showsEmail && wants('xms_edov') ? { xms_edov: edov(app, user) } : {}),
    tid: directory.id,
    ...(nonce === undefined ? {} : { nonce }),
    ...(isGuest ? { idp: `https://sts.windows.net/${user.guestFrom}/` } : {}),
    ...(wants('acct') ? { acct: isGuest ? 1 : 0 } : {}),
    ...(wants('auth_time') ? { auth_time: authTime } : {}),
    ...(wants('sid') ? { sid: sidOf(session) } : {}),
    ...(wants('login_hint') ? { login_hint: Buffer.from(`O.${user.upn}`).toString('base64url') } : {}),
    ...(wants('upn') && !isGuest ? { upn: user.upn } : {}),
    uti: opaqueText(1),
    rh: `1.${opaqueText(1)}.`,
    aio: opaqueText(4),
  };
  return claims;
}

function issuerOf({ origin }: Pick<State, 'origin'>, { id }: Directory): string {
  return `${origin}/${id}/v2.0`;
}

function sidOf(session: BrowserSession): string {
  return createHash('sha256').update(session.id).digest('hex').slice(0, 32);
}

/** Keeps in the session that an account entered an application, so that a logout can tell it. */
export function noteEntry(state: State, { app, directory, user, session }: Omit<Subject, 'scope' | 'nonce'>): void {
  const entry = { clientId: app.clientId, issuer: issuerOf(state, directory), sid: sidOf(session) };
  session.entered.set(user.upn, [...(session.entered.get(user.upn) ?? []), entry]);
}

/** Differs per client and directory; changes when an administrator replaces the registration. */
function pairwiseSubject(state: State, app: App, user: User): string {
  const subject = `${user.directory} ${app.clientId} ${user.oid}`;
  return createHmac('sha256', state.subjectKey).update(subject).digest('base64url');
}

function edov(app: App, user: User): boolean | string {
  if (app.edovAsText) return user.mailDomainVerified ? '1' : '0';
  return user.mailDomainVerified;
}
