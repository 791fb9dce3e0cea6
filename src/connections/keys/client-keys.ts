/**
 * Client keys: the key pairs by which we authenticate to an identity provider instead of a secret that both know.
 *
 *     manage-client-keys   a set for one connection, made before it is saved; a next key; which one is in use
 *     make-client-key      the pair itself, and its certificate
 *     read-client-key      the key in use of a connection, opened for one request
 *     publish-client-keys  the JSON Web Key Set and the discovery document that providers read
 *     tend-client-keys     a next key that was published long enough is taken into use; the previous one is deleted
 *
 *     next ──> in use ──> previous ──> deleted
 *       └──────── <─────────┘ an administrator may go back
 *
 * This file is the model, client-key-store.ts the SQL. A private key stands sealed in its row and leaves it for signing
 * alone: no answer, event, export or log holds it. A set belongs to one organization and, once saved, to one provider.
 */
import type { Seconds } from '../../base/clock.ts';
import { DAY } from '../../base/clock.ts';
import type { ClientKeyId, ClientKeySetId, OrganizationId } from '../../base/ids.ts';
import { formatId } from '../../base/ids.ts';
import type { SealedPlace } from '../../base/secret-box.ts';
import type { Credential } from '../../connectors/connector.ts';

/** Credentials that are a key of ours. */
export const KEY_CREDENTIALS = ['private-key', 'certificate', 'federated'] as const;
export type KeyCredential = (typeof KEY_CREDENTIALS)[number];

export function isKeyCredential(credential: Credential): credential is KeyCredential {
  return KEY_CREDENTIALS.some((one) => one === credential);
}

export interface ClientKeySet {
  id: ClientKeySetId;
  organizationId: OrganizationId;
  credential: KeyCredential;
  /** The provider it was first saved for; null before. */
  issuer: string | null;
  createdAt: Date;
}

export interface ClientKey {
  id: ClientKeyId;
  clientKeySetId: ClientKeySetId;
  organizationId: OrganizationId;
  state: 'next' | 'in-use' | 'previous';
  /** Public JSON Web Keys (RFC 7517). */
  publicKeys: unknown;
  /** PEM; null but for certificates. */
  certificate: string | null;
  expiresAt: Date | null;
  createdAt: Date;
  changedAt: Date;
}

/** So long a next key is published before it is taken into use by itself: providers re-read key sets within hours. */
export const PUBLISHED_FOR: Seconds = DAY;
/** So long a previous key stays: assertions signed with it have run out, and an administrator may still go back. */
export const PREVIOUS_KEY_FOR: Seconds = 7 * DAY;
/** So long a set waits to be saved with a connection. */
export const UNUSED_FOR: Seconds = 90 * DAY;

/** Where a key's private half stands sealed. */
export function privateKeysPlace({ id, organizationId }: Pick<ClientKey, 'id' | 'organizationId'>): SealedPlace {
  return { table: 'client_key', column: 'sealed_private_keys', row: id, organization: organizationId };
}

/** Base address of a set; of a federated credential it is the issuer. */
export function keySetUrl(publicUrl: string | URL, id: ClientKeySetId): string {
  return `${String(publicUrl).replace(/\/$/, '')}/login/keys/${formatId('cks', id)}`;
}

/** Where a provider reads the public keys. */
export function jwksUrl(publicUrl: string | URL, id: ClientKeySetId): string {
  return `${keySetUrl(publicUrl, id)}/jwks.json`;
}

/** The subject of a federated credential: fixed, so that it stays when keys change. */
export function federatedSubject(id: ClientKeySetId): string {
  return formatId('cks', id);
}

export { FEDERATED_AUDIENCES } from '../../connectors/federated-audience.ts';
