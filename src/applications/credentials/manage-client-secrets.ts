import { isLive, MOST_SECRETS } from './client-secret.ts';
import type { ClientSecret } from './client-secret.ts';
import { deleteSecret, insertSecret, selectSecrets, updateExpiry, updateNewest } from './client-secret-store.ts';
import { requireMayWiden } from '../application-settings.ts';
import { readApplication, requireApplication } from '../manage-applications.ts';
import type { ApplicationWithAccess, WhichApplication } from '../manage-applications.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { after, HOUR } from '../../base/clock.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ApplicationSecretId } from '../../base/ids.ts';
import { randomPlainSecret, randomUuid, sha256 } from '../../base/random.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import type { Caller } from '../../organizations/access.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/**
 * The client secrets of an application, the newest first; never the secrets themselves.
 * @throws organization.not-found, caller.denied, application.not-found
 */
export async function listClientSecrets(
  deps: { db: Database },
  caller: Caller,
  input: WhichApplication,
): Promise<ClientSecret[]> {
  const { application } = await readApplication(deps, caller, input);
  return selectSecrets(deps.db, application);
}

/**
 * Makes another client secret, in this answer and nowhere else. The one that it replaces is valid for `overlap` longer, with 0
 * no longer at all. Of a first-party application and of one that acts for users, administrators of the root alone.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found, application.no-secret,
 *   application.two-secrets
 */
export async function makeClientSecret(
  deps: Deps,
  caller: Caller,
  input: WhichApplication & { overlap: Seconds },
): Promise<{ secret: ClientSecret; clientSecret: string }> {
  return inTransaction(deps, async (deps) => {
    const { application } = await requireApplication(deps, caller, input);
    requireMayWiden(caller, application);
    if (application.clientSecretHash === null) throw new AppError('application.no-secret');
    const now = deps.clock.now();
    const before = await selectSecrets(deps.db, application);
    const live = before.filter((each) => isLive(each, now));
    const kept = input.overlap === 0 ? [] : live;
    if (kept.length >= MOST_SECRETS) throw new AppError('application.two-secrets');
    for (const each of before) if (!kept.includes(each)) await deleteSecret(deps.db, each);
    const oldEnds = after(now, input.overlap);
    for (const each of kept) await updateExpiry(deps.db, each, oldEnds);
    const clientSecret = randomPlainSecret();
    const secret: ClientSecret = {
      id: randomUuid() as ApplicationSecretId,
      applicationId: application.id,
      organizationId: application.organizationId,
      secretHash: sha256(clientSecret),
      madeAt: now,
      madeBy: caller.name,
      expiresAt: null,
      lastUsedAt: null,
    };
    await insertSecret(deps.db, secret);
    const version = application.version + 1;
    await updateNewest(deps.db, application, { clientSecretHash: secret.secretHash, version });
    await recordEvent(deps, {
      kind: 'application.secret-changed',
      details: {
        application: application.clientId,
        name: application.name,
        ...(kept.length === 0 ? {} : { overlapHours: input.overlap / HOUR }),
      },
      organizationId: application.organizationId,
      actor: actorOf(caller),
    });
    return { secret, clientSecret };
  });
}

/**
 * Gives an application a new client secret, in this answer and nowhere else; all before it are invalid at once.
 * @throws as {@link makeClientSecret}
 */
export async function rotateSecret(
  deps: Deps,
  caller: Caller,
  input: WhichApplication,
): Promise<ApplicationWithAccess & { clientSecret: string }> {
  const { clientSecret } = await makeClientSecret(deps, caller, { ...input, overlap: 0 });
  return { ...(await readApplication(deps, caller, input)), clientSecret };
}

/**
 * Removes a client secret: it is refused at once. The one that is left is valid without an end.
 * @throws organization.not-found, caller.denied, caller.stale-factor, application.not-found,
 *   application.secret-not-found, application.last-secret
 */
export async function removeClientSecret(
  deps: Deps,
  caller: Caller,
  input: WhichApplication & { secretId: ApplicationSecretId },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const { application } = await requireApplication(deps, caller, input);
    // The one that is left gets valid without an end.
    requireMayWiden(caller, application);
    const secrets = await selectSecrets(deps.db, application);
    const removed = secrets.find(({ id }) => id === input.secretId);
    if (removed === undefined) throw new AppError('application.secret-not-found');
    const left = secrets.find((each) => each !== removed && isLive(each, deps.clock.now()));
    if (left === undefined) throw new AppError('application.last-secret');
    await deleteSecret(deps.db, removed);
    await updateExpiry(deps.db, left, null);
    const version = application.version + 1;
    await updateNewest(deps.db, application, { clientSecretHash: left.secretHash, version });
    await recordEvent(deps, {
      kind: 'application.secret-removed',
      details: { application: application.clientId, name: application.name },
      organizationId: application.organizationId,
      actor: actorOf(caller),
    });
  });
}
