import type { z } from 'zod';
import type { Contract, RouteName } from '../contract/all-routes.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { GuardedFetch } from '../../connectors/outgoing/guarded-fetch.ts';
import type { Database, Inside, Transaction } from '../../db/database.ts';
import type { Caller, Permission } from '../../organizations/access.ts';
import type { EndedSession } from '../../sessions/session.ts';
import type { Text } from '../../texts/catalog.ts';

/** What the door is given by `app.ts`. */
export interface ApiDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  t: Text;
  config: { publicUrl: URL; productName: string; entraAuthority: URL };
  /** Reaches identity providers, through the guard. */
  fetch: GuardedFetch;
  /** Refuses what is asked too often (request.too-many). */
  rateLimit: { consume(limit: { name: string; points: number; seconds: Seconds }, key: string): Promise<void> };
  /** Version of the service, as `0.1.0`. */
  version: string;
  /** Tells applications that their sessions ended (back-channel logout); after the commit. */
  tellApplications: (ended: EndedSession[]) => Promise<void>;
}

/** One request on its way: who calls, what was sent, and the transaction it runs in. */
export interface Handling<N extends RouteName = RouteName> {
  /** `db` is the request's transaction in the api role. */
  deps: Inside<ApiDeps>;
  caller: Caller;
  params: z.output<Contract[N]['params']>;
  query: z.output<Contract[N]['query']>;
  body: z.output<Contract[N]['body']>;
  /** Runs after the commit; what fails there is logged and fails nobody. */
  afterwards: (work: () => Promise<void>) => void;
  /** Runs work in a transaction in the api role: the request's own, or for a handler that reaches out a new one. */
  transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
}

/** Answers one address; what it returns passes the contract's schema before it leaves. */
export type Handler<N extends RouteName> = (handling: Handling<N>) => Promise<z.input<Contract[N]['output']>>;

/**
 * As {@link Handling}, for what speaks with the world (an identity provider) and therefore has no transaction around it:
 * it opens them by `transact`.
 */
export type ReachingOut<N extends RouteName = RouteName> = Omit<Handling<N>, 'deps'> & { deps: Omit<ApiDeps, 'db'> };

/** As {@link Handler}, without a transaction. */
export type OutsideHandler<N extends RouteName> = (handling: ReachingOut<N>) => Promise<z.input<Contract[N]['output']>>;

/** A line of the table of routes. The permission is asked at the door; the operation behind asks again, for its organization. */
export type Entry<N extends RouteName> =
  | { permission: Permission; handler: Handler<N>; reachesOut?: never }
  | { permission: Permission; handler: OutsideHandler<N>; reachesOut: true };
