import { X509Certificate } from 'node:crypto';
import type { JWK } from 'jose';
import { z } from 'zod';
import { federatedSubject, isKeyCredential, keySetUrl, privateKeysPlace } from './client-keys.ts';
import { selectKeyInUse } from './client-key-store.ts';
import type { ClientKeySetId, OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { ClientKey } from '../../connectors/connector.ts';
import type { Database } from '../../db/database.ts';
import { openAndReseal } from '../../db/sealed/open-and-reseal.ts';

const privateKeys = z.array(z.custom<JWK>((key) => z.looseObject({ kty: z.string() }).safeParse(key).success)).min(1);

/** The key in use of a set, opened for one request to the provider; null when there is none of this organization. */
export async function readClientKey(
  deps: { db: Database; secrets: SecretBox; publicUrl: string | URL },
  { organizationId, clientKeySetId }: { organizationId: OrganizationId; clientKeySetId: ClientKeySetId },
): Promise<ClientKey | null> {
  const found = await selectKeyInUse(deps.db, organizationId, clientKeySetId);
  if (found === undefined || !isKeyCredential(found.credential)) return null;
  const opened = await openAndReseal(deps, found.sealedPrivateKeys, privateKeysPlace(found));
  return {
    credential: found.credential,
    keys: privateKeys.parse(JSON.parse(opened)),
    thumbprint: found.certificate === null ? null : certificateThumbprint(found.certificate, 'sha256', 'base64url'),
    issuer: keySetUrl(deps.publicUrl, clientKeySetId),
    subject: federatedSubject(clientKeySetId),
  };
}

/** Digest of a certificate's DER form: `x5t#S256` (RFC 7515 4.1.8), or hexadecimal as Entra ID shows it (SHA-1). */
export function certificateThumbprint(pem: string, digest: 'sha1' | 'sha256', encoding: 'hex' | 'base64url'): string {
  const { fingerprint, fingerprint256 } = new X509Certificate(pem);
  const hex = (digest === 'sha1' ? fingerprint : fingerprint256).replaceAll(':', '');
  return encoding === 'hex' ? hex : Buffer.from(hex, 'hex').toString('base64url');
}
