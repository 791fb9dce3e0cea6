import type { Connection } from '../../../../src/api/contract/authentication.ts';
import { KeysCard } from '../keys/keys-card.tsx';
import { SecretsCard } from '../secrets/secrets-card.tsx';
import { cloudOf } from '../settings-values.ts';

/** How the service proves itself at the provider, and the next key or client secret; nothing for connections without one. */
export function CredentialCard({
  organizationId,
  connection,
  mayEdit,
}: {
  organizationId: string;
  connection: Connection;
  mayEdit: boolean;
}) {
  if (connection.ownSecret) return <SecretsCard organizationId={organizationId} mayEdit={mayEdit} />;
  if (connection.clientKeys === null) return null;
  const cloud = cloudOf(connection.settings['cloud']);
  return <KeysCard organizationId={organizationId} id={connection.clientKeys} cloud={cloud} mayEdit={mayEdit} />;
}
