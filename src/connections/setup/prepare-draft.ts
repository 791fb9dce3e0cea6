import { dropDraft, dropTest } from './draft/drop-draft.ts';
import { auditFacts, basisOf, holderOf, NO_DRAFT, SETUP_STEPS } from './setup-invitation.ts';
import type { SetupCredential, SetupInvitation, SetupStep } from './setup-invitation.ts';
import { lockSetup } from './open-setup.ts';
import type { OpenDeps } from './open-setup.ts';
import { updateSetup } from './setup-store.ts';
import { writeConnection } from '../archive-connection.ts';
import { checkSettings, hasKeySet, KEY_MISSING } from '../configure/check-settings.ts';
import type { CheckDeps, CheckedSettings, ConnectionBefore, EnteredSettings } from '../configure/check-settings.ts';
import type { Connection } from '../connection.ts';
import { openSecret } from '../connection-settings.ts';
import { selectConnectionInForce, selectDraft } from '../connection-store.ts';
import { NO_RULES } from '../roles/role-rule.ts';
import { NO_PILOT } from '../pilot/pilot.ts';
import { recordEvent } from '../../audit/record-event.ts';
import { HOUR, MINUTE } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { ConnectionId, OrganizationId } from '../../base/ids.ts';
import { randomUuid } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { ProviderFault } from '../../connectors/connector.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { findOrganization } from '../../organizations/find-organization.ts';

/** How often a link may make us call an address somebody typed: so that nobody scans networks with it. */
const PROVIDER_CALLS = { name: 'setup-provider-call', points: 10, seconds: MINUTE };
const PROVIDER_CALLS_AN_HOUR = { name: 'setup-provider-call-hour', points: 60, seconds: HOUR };

/** The later of the step reached and another. */
export function furthest(reached: SetupStep | null, step: SetupStep): SetupStep {
  return reached !== null && SETUP_STEPS.indexOf(reached) > SETUP_STEPS.indexOf(step) ? reached : step;
}

/**
 * Writes which provider it is and which of its guides is followed. Another provider than before: the draft is deleted.
 * @throws setup-link.ended
 */
export async function chooseProvider(
  deps: Pick<OpenDeps, 'db' | 'clock'>,
  invitation: SetupInvitation,
  choice: { provider: string; credential: SetupCredential },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    const other = locked.provider !== null && locked.provider !== choice.provider;
    if (other) await dropDraft(deps, locked);
    await updateSetup(deps.db, locked, {
      ...choice,
      ...(other ? { ...NO_DRAFT, basis: null, notes: [], checkedAt: null, ...UNTESTED, step: 'domain' } : {}),
      ...(other ? {} : { step: furthest(locked.step, 'domain') }),
    });
  });
}

/**
 * Writes that a step was reached.
 * @throws setup-link.ended
 */
export async function reachStep(
  deps: Pick<OpenDeps, 'db' | 'clock'>,
  invitation: SetupInvitation,
  step: SetupStep,
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    await updateSetup(deps.db, locked, { step: furthest(locked.step, step) });
  });
}

/**
 * Checks settings with the provider, as Save does, and writes them as the link's draft. Nothing in force is touched.
 * @param settings without a client secret the one entered before stays, as long as the provider is the same
 * @returns what is wrong with them, or null
 * @throws setup-link.ended, request.too-many
 */
export async function saveDraft(
  deps: OpenDeps & CheckDeps & { secrets: SecretBox },
  invitation: SetupInvitation,
  settings: EnteredSettings,
): Promise<ProviderFault | null> {
  await limitProviderCalls(deps, invitation);
  const { organizationId } = invitation;
  const before = await readDraft(deps, invitation);
  const checked = await checkDraftSettings(deps, organizationId, settings, before);
  const checkedBy = {
    organizationId,
    kind: 'setup-link.checked',
    actor: holderOf(invitation),
    details: {
      ...auditFacts(invitation),
      method: settings.method,
      problem: 'fault' in checked ? checked.fault : null,
    },
  } as const;
  if ('fault' in checked) {
    await inTransaction(deps, async (deps) => recordEvent(deps, checkedBy));
    return checked;
  }
  const { clientSecret, notes = [], ...connection } = checked;
  const { clientSecret: _neverRead, ...entered } = settings;
  await inTransaction(deps, async (deps) => {
    const locked = await lockSetup(deps, invitation);
    const organization = await findOrganization(deps, organizationId);
    if (organization === undefined || locked.provider !== invitation.provider) throw new AppError('setup-link.ended');
    const present =
      locked.connectionId === null ? undefined : await selectDraft(deps.db, organizationId, locked.connectionId);
    const now = deps.clock.now();
    const draft: Connection = {
      ...connection,
      id: present?.id ?? (randomUuid() as ConnectionId),
      organizationId,
      state: 'draft',
      version: (present?.version ?? 0) + 1,
      templateId: null,
      configuredBy: null,
      configuredAt: now,
      ...NEVER_USED,
    };
    await recordEvent(deps, checkedBy);
    await dropTest(deps, locked);
    await writeConnection(deps, draft, clientSecret);
    const inForce = await selectConnectionInForce(deps.db, organizationId);
    await updateSetup(deps.db, locked, {
      entered,
      connectionId: draft.id,
      basis: basisOf(organization, inForce),
      notes: [...notes],
      checkedAt: now,
      ...UNTESTED,
      step: furthest(locked.step, 'test'),
    });
  });
  return null;
}

/** What is wrong with settings, also where they name a key that is not for them; or what is stored of them. */
async function checkDraftSettings(
  deps: OpenDeps & CheckDeps,
  organizationId: OrganizationId,
  settings: EnteredSettings,
  before: ConnectionBefore | undefined,
): Promise<CheckedSettings | ProviderFault> {
  const checked = await checkSettings(deps, { organizationId, settings, before });
  return 'fault' in checked || (await hasKeySet(deps, organizationId, checked)) ? checked : KEY_MISSING;
}

/** Counts a call to an address that the holder of a link typed. @throws request.too-many */
export async function limitProviderCalls(
  { rateLimit }: Pick<OpenDeps, 'rateLimit'>,
  { id }: Pick<SetupInvitation, 'id'>,
): Promise<void> {
  await rateLimit.consume(PROVIDER_CALLS, id);
  await rateLimit.consume(PROVIDER_CALLS_AN_HOUR, id);
}

/** The draft of a link with its secret. */
export async function readDraft(
  deps: { db: Database; secrets: SecretBox },
  { organizationId, connectionId }: Pick<SetupInvitation, 'organizationId' | 'connectionId'>,
): Promise<ConnectionBefore | undefined> {
  const connection = connectionId === null ? undefined : await selectDraft(deps.db, organizationId, connectionId);
  return connection && { connection, secret: await openSecret(deps, connection) };
}

/** Of another draft a test says nothing. */
const UNTESTED = { trialId: null, testResult: null, testedAt: null } as const;

/** What a connection nobody logged in through has not got. */
const NEVER_USED = {
  ...NO_PILOT,
  confirmedAt: null,
  unconfirmedUntil: null,
  previousUntil: null,
  endsSessionsAt: null,
  lastSuccessAt: null,
  failingSince: null,
  lastFailure: null,
  lastFailureValues: null,
  lastFailureAt: null,
  revertedAt: null,
  unreturned: 0,
  unreturnedSince: null,
  authTime: null,
  roleRules: NO_RULES,
  providerLogout: false,
  heldSince: null,
  hold: null,
} as const;
