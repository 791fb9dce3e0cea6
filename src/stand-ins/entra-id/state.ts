import { epochSeconds, systemClock } from '../../base/clock.ts';
import { randomKey, randomSecret } from '../../base/random.ts';
import { type Faults, healthy } from '../faults/faults.ts';
import type { JournalEntry } from '../small-server.ts';
import type { App, Directory, EntraConfiguration, User } from './configuration.ts';
import type { KeySet } from './keys.ts';

/** An authorization code and what it is bound to. */
export interface AuthorizationCode {
  app: App;
  user: User;
  directory: Directory;
  redirectUri: string;
  platform: 'web' | 'spa' | 'public';
  scope: string[];
  nonce: string | undefined;
  challenge: { value: string; method: string } | undefined;
  session: BrowserSession;
  issuedAt: number;
  redeemed: boolean;
}

/** A browser's accounts, behind the cookie `ESTSAUTH`. */
export interface BrowserSession {
  id: string;
  /** Sign-in names, with the second each logged in. */
  accounts: Map<string, number>;
  /** The applications that each account entered, and what their ID tokens called the session. */
  entered: Map<string, { clientId: string; issuer: string; sid: string }[]>;
}

/** Everything the stand-in knows while it runs. */
export interface State {
  /** Public origin; stands for `https://login.microsoftonline.com`. */
  origin: string;
  showsPeople: boolean;
  /** Sign-in name of the person who logs in without being asked; undefined: the pages ask. */
  chosen: string | undefined;
  directories: Map<string, Directory>;
  apps: Map<string, App>;
  /** By object id. */
  users: Map<string, User>;
  sessions: Map<string, BrowserSession>;
  codes: Map<string, AuthorizationCode>;
  /** `jti` of client assertions that were taken. */
  assertions: Set<string>;
  /** `<client id> <object id>` of given consents; with a directory id, an administrator's for everybody in it. */
  consents: Set<string>;
  keys: KeySet;
  faults: Faults;
  /** Every request, the oldest first. */
  journal: JournalEntry[];
  /** Added to the machine's clock, in seconds. */
  clockOffset: number;
  /** Makes pairwise subjects. */
  subjectKey: Buffer;
}

export function createState(config: EntraConfiguration, origin: string, keys: KeySet): State {
  return {
    origin,
    showsPeople: config.showsPeople,
    chosen: undefined,
    directories: new Map(config.directories.map((directory) => [directory.id, directory])),
    apps: new Map(config.apps.map((app) => [app.clientId, app])),
    users: new Map(config.users.map((user) => [user.oid, user])),
    sessions: new Map(),
    codes: new Map(),
    assertions: new Set(),
    consents: new Set(),
    keys,
    faults: healthy(),
    journal: [],
    clockOffset: 0,
    subjectKey: randomKey(),
  };
}

/** Seconds since 1970 by the stand-in's clock. */
export function nowSeconds(state: Pick<State, 'clockOffset'>): number {
  return epochSeconds(systemClock.now()) + state.clockOffset;
}

/** Text that says nothing to whoever reads it: codes and tokens of Microsoft are long. @param parts 43 characters each */
export function opaqueText(parts: number): string {
  return Array.from({ length: parts }, randomSecret).join('');
}

/** Whether a directory knows an application: its own, or a multi-tenant one it consented to. */
export function mayServe(state: State, app: App, directory: Directory): boolean {
  return app.directory === directory.id || (app.multiTenant && state.consents.has(`${app.clientId} ${directory.id}`));
}

/** The directory that a URL's first segment names: its GUID or one of its verified domains. */
export function findDirectory(state: State, segment: string): Directory | undefined {
  const wanted = segment.toLowerCase();
  return (
    state.directories.get(wanted) ?? [...state.directories.values()].find(({ domains }) => domains.includes(wanted))
  );
}

/** The account with this sign-in name; guests log in where they are at home. */
export function findAccount(state: State, signInName: string): User | undefined {
  const wanted = signInName.trim().toLowerCase();
  return [...state.users.values()].find((user) => user.guestFrom === undefined && user.upn.toLowerCase() === wanted);
}

/** The user object through which an account enters a directory, as member or guest. */
export function userIn(state: State, directory: Directory, account: User): User | undefined {
  if (account.directory === directory.id) return account;
  return [...state.users.values()].find(
    (user) => user.directory === directory.id && user.guestFrom === account.directory && user.upn === account.upn,
  );
}
