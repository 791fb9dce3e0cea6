import { jwksUrl, keySetUrl } from './client-keys.ts';
import { selectPublicKeys } from './client-key-store.ts';
import { readId } from '../../base/ids.ts';
import type { Database } from '../../db/database.ts';

/**
 * The JSON Web Key Set (RFC 7517 5) of a connection: next, used and previous key. Null for an id that is none, and for
 * a set that publishes nothing, alike.
 */
export async function publishedKeys(deps: { db: Database }, id: string): Promise<{ keys: unknown[] } | null> {
  const setId = readId('cks', id);
  const found = setId === undefined ? [] : await selectPublicKeys(deps.db, setId);
  const published = found.filter(({ credential }) => credential !== 'certificate');
  if (published.length === 0) return null;
  return { keys: published.flatMap(({ publicKeys }) => publicKeys as unknown[]) };
}

/** The discovery document by which Entra ID finds the keys of a federated credential; null for all other sets. */
export async function publishedIssuer(
  deps: { db: Database; publicUrl: string | URL },
  id: string,
): Promise<Record<string, unknown> | null> {
  const setId = readId('cks', id);
  const [found] = setId === undefined ? [] : await selectPublicKeys(deps.db, setId);
  if (setId === undefined || found?.credential !== 'federated') return null;
  return {
    issuer: keySetUrl(deps.publicUrl, setId),
    jwks_uri: jwksUrl(deps.publicUrl, setId),
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
