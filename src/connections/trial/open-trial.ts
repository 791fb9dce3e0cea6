import { z } from 'zod';
import { settingsPlace } from './trial.ts';
import type { Trial, TrialRun } from './trial.ts';
import { selectRunOfLink, selectSealedSettings, selectTrial } from './trial-store.ts';
import { selectConnectionInForce } from '../connection-store.ts';
import type { Actor } from '../../audit/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { clientKeyOf } from '../connection-settings.ts';
import type { ApiTokenId, ClientKeySetId, UserId } from '../../base/ids.ts';
import { sha256 } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { StoredConnection } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Database } from '../../db/database.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import { isAdministrator } from '../../users/find-users.ts';

/** What the pages and callbacks of trials use; the rights are the service's. */
export interface TrialRunDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
  publicUrl: string | URL;
  /** Whether an API token is valid and administers: who calls is known beside the rooms. */
  isAdministratingToken: (deps: { db: Database; clock: Clock }, id: ApiTokenId) => Promise<boolean>;
}

/** What stands behind a link. */
export interface OpenedTrial {
  trial: Trial;
  run: TrialRun;
  organization: Organization;
}

/**
 * Reads the run of a link; undefined when the link is invented or has ended. Changes nothing, so that mail scanners and
 * previews begin no round trip.
 */
export async function openTrial(
  deps: Pick<TrialRunDeps, 'db' | 'clock' | 'isAdministratingToken'>,
  link: string,
): Promise<OpenedTrial | undefined> {
  const run = await selectRunOfLink(deps.db, sha256(link));
  return run === undefined ? undefined : openRun(deps, run);
}

/** A run with what it belongs to; undefined when it has ended, as it does with the rights of who began it. */
export async function openRun(
  deps: Pick<TrialRunDeps, 'db' | 'clock' | 'isAdministratingToken'>,
  run: TrialRun,
): Promise<OpenedTrial | undefined> {
  if (run.expiresAt <= deps.clock.now()) return undefined;
  const trial = await selectTrial(deps.db, run.organizationId, run.trialId);
  const organization = await findOrganization(deps, run.organizationId);
  if (trial === undefined || organization === undefined || organization.suspended) return undefined;
  const open = (await administersStill(deps, trial.begunBy)) && !(await isHeld(deps, trial));
  return open ? { trial, run, organization } : undefined;
}

/** A copy of the connection in force, whose provider waits for a confirmation: nobody is sent there, also by a test. */
async function isHeld(deps: Pick<TrialRunDeps, 'db'>, { inForce, organizationId }: Trial): Promise<boolean> {
  return inForce && (await selectConnectionInForce(deps.db, organizationId))?.heldSince instanceof Date;
}

/**
 * Whether who began something administers at this moment: what they began ends with their rights.
 * @param by.kind null for somebody of whom it was not noted what they are: their rights cannot be told, so they have none
 */
export async function administersStill(
  deps: Pick<TrialRunDeps, 'db' | 'clock' | 'isAdministratingToken'>,
  { kind, id }: { kind: Actor['kind'] | null; id: string | null },
): Promise<boolean> {
  if (kind === 'api-token') return id !== null && deps.isAdministratingToken(deps, id as ApiTokenId);
  if (kind === 'user') return id !== null && isAdministrator(deps, id as UserId);
  return kind !== null;
}

const sealedSettings = z.object({
  clientSecret: z.string().nullable(),
  clientKeySetId: z.uuid().nullable().default(null),
  settings: z.unknown(),
});

/** The settings of a trial as a connector needs them, its credential opened. */
export async function readTested(
  deps: Omit<TrialRunDeps, 'clock' | 'isAdministratingToken'>,
  trial: Trial,
): Promise<StoredConnection<unknown>> {
  const { issuer, redirectUri } = trial;
  const sealed = await selectSealedSettings(deps.db, trial.organizationId, trial.id);
  if (sealed === undefined) throw new Error('the trial was deleted meanwhile');
  const opened = sealedSettings.parse(JSON.parse(deps.secrets.open(sealed, settingsPlace(trial))));
  const { clientSecret, settings } = opened;
  const clientKeySetId = opened.clientKeySetId as ClientKeySetId | null;
  const { organizationId } = trial;
  const key = await clientKeyOf(deps, { organizationId, clientKeySetId });
  return { issuer, redirectUri, clientSecret, settings, ...key };
}
