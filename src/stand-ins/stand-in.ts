/*
 * Stand-ins of identity providers, for development only: programs on loopback that look like a product from outside
 * (issuer, endpoints, claims, error codes, pages) and go wrong on request. The suite, the demonstration and
 * `gatehouse dev provider` use the same ones; `serve` never loads them.
 *
 *   start-stand-in.ts  a stand-in with people, a registration and its workbench, for the command line
 *   entra-id/          Microsoft Entra ID: directories, registrations, guests, AADSTS codes
 *   openid-connect/    the certified library oidc-provider as Okta, Keycloak, Google or none of them (products.ts)
 *   faults/            what can go wrong: http, token, response
 *   switches/          the list of what can be switched on, with a sentence each
 *   workbench/         the page at its address: who logs in, people, faults, the last requests decoded
 *   small-server.ts    HTTP
 *
 * It knows `base` alone: a stand-in that shared code with the service would share its mistakes.
 */
import type { Faults } from './faults/faults.ts';
import type { JournalEntry } from './small-server.ts';

/** What a stand-in can look like. */
export const STAND_INS = ['entra-id', 'okta', 'keycloak', 'google', 'any'] as const;
export type StandInName = (typeof STAND_INS)[number];

/** A person who may log in at a stand-in. */
export interface ShownPerson {
  id: string;
  name: string;
  /** What is typed on its login page. */
  signInName: string;
  password: string;
}

/** The password of people who are made while a stand-in runs. */
export const NEW_PASSWORD = 'password';

/** What can be wrong with the registration of the application, as an administrator of the provider causes it. */
export const REGISTRATION_MISTAKES = [
  'unknown',
  'disabled',
  'redirect-uri',
  'secret',
  'secret-expired',
  'id-tokens-off',
  'no-secret-allowed',
  'not-assigned',
  'consent',
  'admin-consent',
] as const;
export type RegistrationMistake = (typeof REGISTRATION_MISTAKES)[number];

/** A running stand-in, as its workbench sees it. */
export interface StandIn {
  kind: 'entra-id' | 'openid-connect';
  /** `http://<host>:<port>` where it listens. */
  origin: string;
  /** What stands in ID tokens; differs from `origin` behind TLS and where the product has a path. */
  issuer: string;
  people(): ShownPerson[];
  /** @param address sign-in name and mail address */
  addPerson(person: { name: string; address: string }): void;
  removePerson(id: string): void;
  /** Who logs in without being asked, over whatever session there is; undefined: its pages ask. */
  chosen(): string | undefined;
  choose(id: string | undefined): void;
  /** Replaces what goes wrong. */
  setFaults(faults: Faults, mistakes: ReadonlySet<RegistrationMistake>): void;
  /** Ends everybody's session at the provider. */
  endSessions(): void;
  /** Signs with a new key from now on. */
  rotateKeys(): Promise<void>;
  /** Every request, the oldest first. */
  journal: JournalEntry[];
  close(): Promise<void>;
}
