import { settingsPlace, TRIAL_LIFETIME, trialPath } from './trial.ts';
import type { Trial } from './trial.ts';
import { insertRun, insertTrial } from './trial-store.ts';
import { checkSettings, hasKeySet, KEY_MISSING } from '../configure/check-settings.ts';
import type { Connection } from '../connection.ts';
import type { CheckDeps, ConnectionBefore, EnteredSettings } from '../configure/check-settings.ts';
import { readBefore } from '../configure/configure-connection.ts';
import { openUsedSecret } from '../connection-settings.ts';
import { clientSecretPlace, hasOwnSecret, isOfClient } from '../secrets/client-secrets.ts';
import { selectSealedClientSecret } from '../secrets/client-secret-store.ts';
import type { Actor } from '../../audit/audit-event.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import { after } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, TrialId } from '../../base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { CallbackUrls, ProviderFault, StoredConnection } from '../../connectors/connector.ts';
import { asService } from '../../db/database.ts';
import { openAndReseal } from '../../db/sealed/open-and-reseal.ts';
import type { Transaction } from '../../db/database.ts';
import type { Caller } from '../../organizations/access.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';

export interface TrialDeps extends CheckDeps {
  secrets: SecretBox;
  /** Runs work in a transaction. The provider is asked between two of them, never within one. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** Begun, with the path of the page that starts the round trip; or what is wrong with the settings. */
export type BegunTrial = { begun: true; trial: Trial; path: string } | { begun: false; fault: ProviderFault };

/** What is tested: settings as they hold, with the client secret or the set of our keys. */
type Tested = StoredConnection<unknown> &
  Pick<Trial, 'method' | 'inForce' | 'clientSecretId'> &
  Pick<Connection, 'clientKeySetId'>;

/**
 * Begins a test for an administrator: of entered settings, or of the connection in force.
 * @throws organization.not-found, caller.denied, input.malformed, connection.not-found when nothing was entered and no
 *   connection is in force, connection.held when that one waits for a confirmation, client-secret.none when there is no
 *   next one
 */
export async function beginTrialAs(
  deps: TrialDeps,
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    /** Null: the connection in force, as it is stored. */
    settings: EnteredSettings | null;
    /** The connection in force with its next client secret. */
    nextSecret?: boolean | undefined;
    /** Called before a provider is asked; throws where it is asked too often. */
    beforeAsking: () => Promise<void>;
  },
): Promise<BegunTrial> {
  const { organizationId, settings } = input;
  const before = await deps.transact(async (db) => readBefore(deps, db, caller, organizationId));
  await input.beforeAsking();
  const about = { organizationId, by: actorOf(caller), returnTo: null };
  if (settings !== null) return beginTrial(deps, { ...about, settings, before });
  if (before === undefined) throw new AppError('connection.not-found');
  const { connection } = before;
  if (connection.heldSince !== null) throw new AppError('connection.held');
  const { method, issuer, redirectUri, settings: stored, clientKeySetId } = connection;
  const next = input.nextSecret === true ? await readNext(deps, connection) : null;
  // A template's is read with the service's rights, and sealed here: it is shown to nobody.
  const clientSecret =
    next !== null
      ? next.clientSecret
      : connection.templateId === null
        ? before.secret
        : await deps.transact(async (db) =>
            asService(db, async (inside) => openUsedSecret({ ...deps, db: inside }, connection)),
          );
  const tested = { method, issuer, redirectUri, settings: stored, clientSecret, clientKeySetId };
  const from = { inForce: true, clientSecretId: next?.id ?? null };
  return deps.transact(async (db) => writeTrial({ ...deps, db }, about, { ...tested, ...from }));
}

/** The next client secret of a connection, opened. */
async function readNext(deps: TrialDeps, connection: Connection): Promise<{ id: string; clientSecret: string }> {
  const { secrets, transact } = deps;
  return transact(async (db) => {
    const next = await selectSealedClientSecret(db, connection, 'next');
    const usable = next !== undefined && hasOwnSecret(connection) && isOfClient(deps, next, connection);
    if (!usable) throw new AppError('client-secret.none');
    const opened = await openAndReseal({ db, secrets }, next.sealedClientSecret, clientSecretPlace(next));
    return { id: next.id, clientSecret: opened };
  });
}

/**
 * Begins a test of entered settings; who may do so is the caller's business. Nothing is in force by it, and the settings
 * stand sealed in the trial's row alone.
 * @param input.before the connection in force, where its client secret may stand in for one that was not entered
 * @param input.returnTo path of our own that the page of the result leads back to; null where a window is closed
 * @throws organization.not-found, input.malformed for a method without a provider
 */
export async function beginTrial(
  deps: TrialDeps,
  input: {
    organizationId: OrganizationId;
    settings: EnteredSettings;
    before: ConnectionBefore | undefined;
    by: Actor;
    returnTo: string | null;
    /** Mailbox of who makes the round trip and is told of no other user; left out for an administrator. */
    recipient?: string;
    /** As for {@link checkSettings}. */
    callbacks?: CallbackUrls;
  },
): Promise<BegunTrial> {
  const { organizationId, settings, before, callbacks } = input;
  const checked = await checkSettings(deps, { organizationId, settings, before, callbacks });
  if ('fault' in checked) return { begun: false, fault: checked };
  return deps.transact(async (db) => {
    const mayUse = await hasKeySet({ db }, organizationId, checked);
    if (!mayUse) return { begun: false, fault: KEY_MISSING };
    return writeTrial({ ...deps, db }, input, { ...checked, inForce: false, clientSecretId: null });
  });
}

async function writeTrial(
  deps: TrialDeps & { db: Transaction },
  input: { organizationId: OrganizationId; by: Actor; returnTo: string | null; recipient?: string },
  tested: Tested,
): Promise<BegunTrial> {
  const { organizationId, by, returnTo } = input;
  if ((await keepOrganization(deps, organizationId)) === undefined) throw new AppError('organization.not-found');
  const begunAt = deps.clock.now();
  const expiresAt = after(begunAt, TRIAL_LIFETIME);
  const { method, issuer, redirectUri, inForce, clientSecretId, clientSecret, clientKeySetId, settings } = tested;
  const id = randomUuid() as TrialId;
  const about = { id, organizationId, method, issuer, redirectUri, inForce, clientSecretId };
  const trial: Trial = { ...about, begunBy: by, returnTo, begunAt, expiresAt };
  const sealed = deps.secrets.seal(JSON.stringify({ clientSecret, clientKeySetId, settings }), settingsPlace(trial));
  await insertTrial(deps.db, trial, sealed);
  const link = randomSecret();
  const run = {
    id: randomUuid(),
    trialId: id,
    organizationId,
    recipient: input.recipient ?? null,
    createdAt: begunAt,
    expiresAt,
  };
  await insertRun(deps.db, run, sha256(link));
  await recordEvent(deps, {
    organizationId,
    kind: 'trial.begun',
    actor: by,
    details: { method, issuer, redirectUri, inForce },
  });
  return { begun: true, trial, path: trialPath(link) };
}
