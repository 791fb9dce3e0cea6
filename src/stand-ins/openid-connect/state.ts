import { generateKeyPairSync } from 'node:crypto';
import { randomSecret, randomUuid } from '../../base/random.ts';
import { type Faults, healthy } from '../faults/faults.ts';
import type { SigningKey } from '../faults/token-faults.ts';
import type { JournalEntry } from '../small-server.ts';
import type { OpenIdConfiguration, Person } from './configuration.ts';
import { createMemory, type Memory } from './memory-adapter.ts';
import { type Product, PRODUCTS } from './products.ts';

/** Everything the provider knows while it runs. */
export interface OpenIdState {
  config: OpenIdConfiguration;
  product: Product;
  /** With the product's path; without a slash at its end. */
  issuer: string;
  memory: Memory;
  /** By id. */
  users: Map<string, Person>;
  /** Id of the person who logs in without being asked; undefined: the pages ask. */
  chosen: string | undefined;
  /** Signs ID tokens. */
  key: SigningKey;
  cookieKey: string;
  faults: Faults;
  /** Every request, the oldest first. */
  journal: JournalEntry[];
}

/** @param origin its public address, without the product's path */
export function createState(config: OpenIdConfiguration, origin: string): OpenIdState {
  const product = PRODUCTS[config.as];
  return {
    config,
    product,
    issuer: `${origin}${product.path}`,
    memory: createMemory(config.clients),
    users: new Map(config.users.map((user) => [user.id, user])),
    chosen: undefined,
    key: makeSigningKey(),
    cookieKey: randomSecret(),
    faults: healthy(),
    journal: [],
  };
}

/** Whom a subject of the product's stands for. */
export function personOf({ users, product }: OpenIdState, subject: string): Person | undefined {
  return [...users.values()].find((person) => product.subject(person) === subject);
}

export function makeSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: randomUuid(), privateKey };
}
