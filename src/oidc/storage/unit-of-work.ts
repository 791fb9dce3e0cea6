import { AsyncLocalStorage } from 'node:async_hooks';
import type { NewAuditEvent } from '../../audit/audit-event.ts';
import { after } from '../../base/clock.ts';
import type { Seconds } from '../../base/clock.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import { randomUuid } from '../../base/random.ts';
import type { Database } from '../../db/database.ts';
import { endReplayedFamily } from './family-store.ts';
import { flushCollected } from './flush-store.ts';
import type { FlushOutcome, Occasion } from './flush-store.ts';
import { findLiveLogin } from '../../logins/find-login.ts';
import type { GrantedResource } from '../../applications/resources/api-resource.ts';
import { isDocumentUrl } from '../../applications/unregistered/client-document.ts';
import type { LiveLogin } from '../../logins/login-row.ts';
import { selectApplicationAccess } from '../resources/application-access-store.ts';
import type { ApplicationAccess } from '../resources/application-access-store.ts';
import { enterUserCode, pollDeviceCode, selectDeviceCode } from '../device/device-code-store.ts';
import type { DeviceCodeRow, Polled } from '../device/device-code-store.ts';
import { selectSession, userOf } from './session-record-store.ts';
import type { Asked, SessionRecord } from './session-record-store.ts';
import type { TokenContext } from './parts/token-part-store.ts';
import { applicationsBefore, selectToken } from './token-record-store.ts';
import type { PresentedToken } from './token-record-store.ts';
import { selectUserAccess } from './user-access-store.ts';
import type { UserAccess } from './user-access-store.ts';
import type { TokenKind, Write } from './write.ts';

const storage = new AsyncLocalStorage<UnitOfWork>();

/**
 * What one request to the OpenID Provider reads and writes.
 *
 * The request begins with one statement: a session by its cookie (`findSession`), a code or token by its value
 * (`findToken`) or a login by its handle (`findLogin`). The first two read the user's access along; `access()` answers
 * from it, and asks the database only for another user, application or organization. The library's writes are
 * collected (`write`, `audit`) and stored as one statement, and so as one commit, by `flush` when the library is done and
 * before the answer leaves (`mount.ts`).
 * Files: `adapter.ts` is the library's side, `*-store.ts` hold the SQL, `write.ts` names the writes.
 */
export class UnitOfWork {
  readonly now: Date;
  /** The document of an application that nobody registered may be read. */
  readonly mayReadDocument: boolean;
  readonly remembersProofs: boolean;
  readonly missed = new Set<string>(); // clients, cookies, codes and tokens that were looked for in vain
  readonly lookups = new Map<string, { kind: string; found: Promise<boolean> }[]>(); // tokens that were looked for, by value
  readonly #db: Database;
  readonly #asked: Asked;
  #session: SessionRecord | null = null;
  #presentedToken: PresentedToken | null = null;
  #login: LiveLogin | null = null;
  #subject: UserAccess | null = null;
  readonly #access = new Map<string, Promise<UserAccess | null>>();
  readonly #resources = new Map<string, Promise<GrantedResource | null>>();
  readonly #writes: Write[] = [];
  readonly #events: NewAuditEvent[] = [];
  #refusedUntil: Date | null = null;
  #occasion: Occasion | null = null;

  private constructor(db: Database, now: Date, asked: Asked) {
    this.#db = db;
    this.now = now;
    this.#asked = asked;
    this.mayReadDocument = asked.mayReadDocument;
    this.remembersProofs = asked.remembersProofs;
  }

  /** Runs `work` with a unit of work of its own; nothing is stored before its `flush`. */
  static run<T>(db: Database, now: Date, asked: Asked, work: () => T): T {
    return storage.run(new UnitOfWork(db, now, asked), work);
  }

  /** The unit of work of the running request. */
  static current(): UnitOfWork {
    const work = storage.getStore();
    if (work === undefined) throw new Error('the OpenID Provider was called outside of a unit of work');
    return work;
  }

  /** Finds the live session of a cookie, and with it the user's access to the application asked for. */
  async findSession(cookie: string): Promise<SessionRecord | null> {
    const found = await selectSession(this.#db, cookie, this.#asked, this.now);
    if (found === undefined) return null;
    this.#session = found.session;
    const { clientId, organizationId, audience } = this.#asked;
    this.#keepResource(clientId, audience, found.access);
    if (found.session.userId !== null && clientId !== null) {
      this.#access.set(keyOf(found.session.userId, clientId, organizationId), Promise.resolve(found.access));
    }
    return this.#session;
  }

  /** Finds a code or token by its value, and with it its session and its user's access to its application. */
  async findToken(kind: TokenKind, value: string): Promise<PresentedToken | null> {
    const found = await selectToken(this.#db, kind, value, this.now);
    if (found === undefined) return null;
    this.#present(found.token, found.session);
    return found.token;
  }

  #present(token: PresentedToken, session: SessionRecord | null): void {
    this.#presentedToken = token;
    this.#session = session;
    const key = keyOf(token.userId, token.clientId, token.organizationInScopeId);
    this.#access.set(key, Promise.resolve(token.access));
    this.#keepResource(token.clientId, token.payload['resource'] ?? token.payload['aud'], token.access);
  }

  /** Of an application that nobody registered the access does not say it: all of them may ask for the same. */
  #keepResource(clientId: string | null, audience: unknown, access: UserAccess | null): void {
    if (access === null || clientId === null || typeof audience !== 'string' || isDocumentUrl(clientId)) return;
    this.#resources.set(JSON.stringify([clientId, audience]), Promise.resolve(access.resource));
  }

  /** Finds the live login of a handle, and with it the session its request came from. */
  async findLogin(handle: string): Promise<LiveLogin | null> {
    this.#login = (await findLiveLogin({ db: this.#db, clock: { now: () => this.now } }, handle)) ?? null;
    return this.#login;
  }

  /** A device asks whether its code was approved; with it its session and its user's access, as {@link findToken}. */
  async pollDeviceCode(value: string): Promise<Polled | undefined> {
    const found = await pollDeviceCode(this.#db, value, this.now);
    if (found !== undefined && found.token !== null) this.#present(found.token, found.session);
    return found;
  }

  /** The device code that the login of this request decides. */
  async deviceCode(id: string): Promise<DeviceCodeRow | undefined> {
    return selectDeviceCode(this.#db, id);
  }

  /** The device code a person entered; beyond the limits nothing is found, and the answer says so. */
  async enterUserCode(macs: readonly Buffer[]): Promise<DeviceCodeRow | undefined> {
    const by = { network: this.network() ?? '', userId: this.#session?.userId ?? null };
    const { code, refusedUntil } = await enterUserCode(this.#db, macs, by, this.now);
    this.#refusedUntil = refusedUntil;
    return code;
  }

  /** A name for the network of this request: what it begins is counted under it. Null in a background job. */
  network(): string | null {
    return this.#asked.networkCounter?.() ?? null;
  }

  /** The session of this request's cookie, or of the token presented. */
  session(): SessionRecord | null {
    return this.#session;
  }

  /** The code or token presented. */
  presentedToken(): PresentedToken | null {
    return this.#presentedToken;
  }

  /** The login this request resumes or shows. */
  login(): LiveLogin | null {
    return this.#login;
  }

  /**
   * What a user may do in an application for an organization in scope; null when there is no such user.
   * @param organization the organization asked for, null for the user's home
   */
  async access(user: UserId, client: string, organization: OrganizationId | null): Promise<UserAccess | null> {
    const key = keyOf(user, client, organization);
    const known = this.#access.get(key);
    if (known !== undefined) return known;
    const read = selectUserAccess(this.#db, { userId: user, clientId: client, organizationId: organization });
    this.#access.set(key, read);
    return read;
  }

  /** The API resource of an audience, if the application may ask for it now; read with session or token where that was. */
  async resource(clientId: string, audience: string): Promise<GrantedResource | null> {
    const key = JSON.stringify([clientId, audience]);
    const known = this.#resources.get(key);
    if (known !== undefined) return known;
    const read = selectApplicationAccess(this.#db, clientId, audience).then((found) => found?.resources[0] ?? null);
    this.#resources.set(key, read);
    return read;
  }

  /** What an application may ask for in its own name now; undefined when it was removed. Read anew each time. */
  async applicationAccess(clientId: string, audience: string | null): Promise<ApplicationAccess | undefined> {
    return selectApplicationAccess(this.#db, clientId, audience);
  }

  /** From here on, codes and tokens of this request are issued for this user and organization. */
  issueFor(access: UserAccess): void {
    this.#subject = access;
  }

  /** For whom this request issues codes and tokens, once known. */
  subject(): UserAccess | null {
    return this.#subject;
  }

  /** Whether the time of authentication is known: an identity provider may not have stated it. */
  isAuthTimeStated(): boolean {
    const result = this.#login?.result ?? null;
    return result !== null ? result.authTime !== null : (this.#session?.authTime ?? null) !== null;
  }

  /** Collects a change. */
  write(write: Write): void {
    this.#writes.push(write);
  }

  /** What the login of this request proved counts for nothing: its user ended meanwhile. */
  forgetLogin(): void {
    if (this.#login !== null) this.#login = { ...this.#login, result: null };
  }

  /** Whether the login of this request has ended in it. */
  endsLogin(): boolean {
    return this.#writes.some((write) => write.kind === 'login-end');
  }

  /** Whether the session of this request has ended in it. */
  endsSession(): boolean {
    const ends = this.#writes.some((write) => write.kind === 'session-end');
    return ends && !this.#writes.some((write) => write.kind === 'session-save');
  }

  /** Collects an audit event, stored with the changes and only where they are. */
  audit(event: NewAuditEvent): void {
    this.#events.push(event);
  }

  /** As {@link audit}, once in each window of so many seconds for everything that is `about` the same. */
  auditOnce(window: Seconds, occasion: Omit<Occasion, 'ends'>): void {
    this.#occasion = { ...occasion, ends: after(this.now, window) };
  }

  /** Forgets what was collected, not what was read: another begins the same request anew. */
  discard(): void {
    for (const list of [this.#writes, this.#events]) list.length = 0;
    this.#subject = null;
  }

  /** Stores what was collected. A code presented twice at the same moment also ends what the first presentation gave. */
  async flush(): Promise<FlushOutcome> {
    const loginResult = this.#login?.result ?? null;
    const session = this.#session;
    const outcome = await flushCollected(this.#db, {
      now: this.now,
      session,
      presentedToken: this.#presentedToken,
      loginResult,
      subject: loginResult ?? userOf(session),
      tokens: this.#tokenContext(),
      writes: this.#writes,
      events: this.#events,
      occasion: this.#occasion,
      networkCounter: this.#asked.networkCounter,
    });
    this.#occasion?.stored?.();
    outcome.refusedUntil ??= this.#refusedUntil;
    // RFC 6749 4.1.2. A refresh token's other use within the grace is a retry and ends nothing.
    const presented = this.#presentedToken;
    if (outcome.consumeLost && presented?.kind === 'AuthorizationCode') {
      await endReplayedFamily(this.#db, presented, this.now);
    }
    return outcome;
  }

  #tokenContext(): TokenContext | null {
    const presented = this.#presentedToken;
    const authTimeStated = this.isAuthTimeStated();
    if (presented !== null) {
      const { familyId, startedAt, userId, organizationInScopeId, endsAt } = presented;
      const isSuccessor = presented.kind === 'RefreshToken';
      // Access tokens follow from one that is presented by an exchange alone (`acting`).
      const exchangedFrom =
        presented.kind === 'AccessToken' ? [...applicationsBefore(presented.payload), presented.clientId] : null;
      return { familyId, startedAt, userId, organizationInScopeId, endsAt, isSuccessor, exchangedFrom, authTimeStated };
    }
    const subject = this.#subject;
    if (subject === null || subject.organizationInScope === null) return null;
    return {
      familyId: randomUuid(),
      startedAt: this.now,
      userId: subject.userId,
      organizationInScopeId: subject.organizationInScope.id,
      // A code lives a minute, and with its session: what it is redeemed for asks the session.
      endsAt: null,
      isSuccessor: false,
      exchangedFrom: null,
      authTimeStated,
    };
  }
}

function keyOf(user: UserId, client: string, organization: OrganizationId | null): string {
  return JSON.stringify([user, client, organization]);
}
