import type { Failure } from './failure-causes.ts';
import { readFailureCause, stopsLogins } from './failure-causes.ts';
import type { Application } from '../application.ts';
import { problemOfRedirectUri } from '../redirect-uri.ts';

/**
 * Whether people get into an application: nobody got in yet, the last login worked, or requests were refused since that proved
 * more than the client ID: one stranger makes no application fail.
 */
export const HEALTH_STATES = ['unused', 'works', 'fails'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** Refused requests of one cause. */
export interface CountedFailure extends Failure {
  /** Since the last login that worked; of a flood at least so many. */
  count: number;
  firstAt: Date;
  lastAt: Date;
  /** Of the newest. */
  reference: string;
  /** After the last login that worked. */
  isSince: boolean;
  /** Since then none of them proved more than the client ID, which anybody can send. */
  isSeen: boolean;
  /** Which list of the application takes what came, if it is to be registered; null where nothing is to be added. */
  addTo: 'redirectUris' | 'postLogoutRedirectUris' | null;
}

/** How an application fares. */
export interface ApplicationHealth {
  state: HealthState;
  lastLoginAt: Date | null;
  /** What requests were refused for in the last 30 days, the newest first; without addresses that are registered by now. */
  failures: CountedFailure[];
}

/** Most addresses of one list; as the contract of the API says. */
const MOST_ADDRESSES = 50;
/** Lists of addresses, by the cause that one of them would mend. */
const LISTS = { 'redirect-uri': 'redirectUris', 'post-logout-uri': 'postLogoutRedirectUris' } as const;

type Judged = Pick<Application, 'kind' | 'redirectUris' | 'postLogoutRedirectUris'>;

/** What the rows of an application mean. */
export function judgeHealth(
  application: Judged,
  lastLoginAt: Date | null,
  rows: readonly (Omit<CountedFailure, 'cause' | 'isSince' | 'isSeen' | 'addTo'> & {
    cause: string;
    provedAt: Date | null;
  })[],
): ApplicationHealth {
  const failures = rows.flatMap((row): CountedFailure[] => {
    const cause = readFailureCause(row.cause);
    if (cause === undefined || isMended(application, cause, row.came)) return [];
    const { count, firstAt, lastAt, reference, came, wanted, provedAt } = row;
    const isAfter = (at: Date): boolean => lastLoginAt === null || at > lastLoginAt;
    const isSince = isAfter(lastAt);
    const isSeen = provedAt === null || (isSince && !isAfter(provedAt));
    const addTo = listFor(application, cause, came);
    return [{ cause, came, wanted, count, firstAt, lastAt, reference, isSince, isSeen, addTo }];
  });
  const fails = failures.some(({ cause, isSince, isSeen }) => isSince && !isSeen && stopsLogins(cause));
  return { state: fails ? 'fails' : lastLoginAt === null ? 'unused' : 'works', lastLoginAt, failures };
}

/** The address was registered since. */
function isMended(application: Judged, cause: string, came: string | null): boolean {
  const list = listOf(cause);
  return list !== undefined && came !== null && application[list].includes(came);
}

/** Where an address that came would be added; null when it is none that may be registered, or was cut. */
function listFor(application: Judged, cause: string, came: string | null): CountedFailure['addTo'] {
  const list = listOf(cause);
  if (list === undefined || came === null || application[list].length >= MOST_ADDRESSES) return null;
  return problemOfRedirectUri(list, came, application.kind) === undefined ? list : null;
}

function listOf(cause: string) {
  return cause === 'redirect-uri' || cause === 'post-logout-uri' ? LISTS[cause] : undefined;
}
