import type { z } from 'zod';
import type { Contract, RouteName } from '../contract/all-routes.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { CheckDeps, EnteredSettings } from '../../connections/configure/check-settings.ts';
import type { GuardedFetch } from '../../connectors/outgoing/guarded-fetch.ts';
import type { Database, Inside, Transaction } from '../../db/database.ts';
import type { AskDns } from '../../domains/dns/ask-dns.ts';
import type { Caller, Permission } from '../../organizations/access.ts';
import type { Text, Texts } from '../../texts/catalog.ts';

/** What the door is given by `app.ts`. */
export interface ApiDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  /** In the language of the request. */
  t: Text;
  texts: Texts;
  config: {
    publicUrl: URL;
    productName: string;
    entraAuthority: URL;
    allowedProviderHosts: string[];
    dataFolder: string;
    smtpUrl: string | undefined;
    databaseUrl: string | undefined;
    backupDays: number;
  };
  /** Reaches identity providers, through the guard. */
  fetch: GuardedFetch;
  /** Asks DNS about domains. */
  askDns: AskDns;
  connectors: CheckDeps['connectors'];
  /** What a form *Authentication settings* may send: the settings of every method. */
  methodSettings: z.ZodType<{ settings: EnteredSettings }>;
  /** Refuses what is asked too often (request.too-many). */
  rateLimit: { consume(limit: { name: string; points: number; seconds: Seconds }, key: string): Promise<void> };
  /** Version of the service, as `0.1.0`. */
  version: string;
}

/** One request as its handler sees it: caller, parsed input, and the transaction it runs in. */
export interface RequestContext<N extends RouteName = RouteName> {
  /** `db` is the request's transaction in the api role. */
  deps: Inside<ApiDeps>;
  caller: Caller;
  params: z.output<Contract[N]['params']>;
  query: z.output<Contract[N]['query']>;
  body: z.output<Contract[N]['body']>;
  /** Runs work in a transaction in the api role: the request's own, or for a handler that reaches out a new one. */
  transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
}

/** Handles one route; its result is checked against the contract's output. */
export type Handler<N extends RouteName> = (handling: RequestContext<N>) => Promise<z.input<Contract[N]['output']>>;

/** As {@link RequestContext}, for what sends requests of its own (to an identity provider): it opens transactions by `transact`. */
export type ReachingOut<N extends RouteName = RouteName> = Omit<RequestContext<N>, 'deps'> & {
  deps: Omit<ApiDeps, 'db'>;
};

/** As {@link Handler}, without a transaction around it. */
export type OutsideHandler<N extends RouteName> = (context: ReachingOut<N>) => Promise<z.input<Contract[N]['output']>>;

/** Permission and handler of one route. The permission is checked at the door, and again by the operation. */
export type RouteEntry<N extends RouteName> =
  | { permission: Permission; handler: Handler<N>; reachesOut?: never }
  | { permission: Permission; handler: OutsideHandler<N>; reachesOut: true };
