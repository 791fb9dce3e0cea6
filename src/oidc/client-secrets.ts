import type { Client, Provider } from 'oidc-provider';
import { USE_NOTED_EVERY } from '../applications/credentials/client-secret.ts';
import type { UsableSecret } from '../applications/credentials/client-secret.ts';
import type { ApplicationSecretId } from '../base/ids.ts';
import { sameDigest, sha256 } from '../base/random.ts';
import { SECRETS } from './clients.ts';
import { UnitOfWork } from './storage/unit-of-work.ts';
import type { Payload } from './storage/write.ts';

/**
 * Client secrets are stored as digests: what is presented is digested too and compared with each in constant time. One
 * that fits none may be new: the application is read once more, as far as `readAgain` allows it.
 */
export function compareClientSecrets(
  provider: Provider,
  readAgain: (clientId: string) => Promise<Payload | undefined>,
): void {
  const noted = new Map<ApplicationSecretId, number>();
  provider.Client.prototype.compareClientSecret = async function compareClientSecret(this: Client, presented: string) {
    const digest = sha256(presented);
    const now = UnitOfWork.current().now.getTime();
    const used =
      findSecret(this[SECRETS], digest, now) ?? findSecret((await readAgain(this.clientId))?.[SECRETS], digest, now);
    if (used === undefined) return false;
    if (now - (noted.get(used.id) ?? 0) >= USE_NOTED_EVERY * 1000) {
      noted.set(used.id, now);
      // Goes with what the request writes anyway.
      UnitOfWork.current().write({ kind: 'secret-used', id: used.id });
    }
    return true;
  };
}

function findSecret(secrets: unknown, digest: Buffer, now: number): UsableSecret | undefined {
  if (!Array.isArray(secrets)) return undefined;
  const fitting = (secrets as UsableSecret[]).filter((each) => sameDigest(digest, Buffer.from(each.digest, 'hex')));
  return fitting.find(({ ends }) => ends === null || ends > now);
}
