import { maySwitchBack, switchBackUntil } from './switch-back.ts';
import type { Connection } from '../connection.ts';
import { callbackUrls } from '../connection.ts';
import { consentUrlOf, describeConnection, offerOf } from '../connection-settings.ts';
import { readHold } from '../provider/hold.ts';
import type { Hold } from '../provider/hold.ts';
import { selectReading } from '../provider/reading-store.ts';
import type { ProviderReading } from '../provider/reading-store.ts';
import { findConnectionInForce, findPreviousMethod } from '../find-login-method.ts';
import { countAffected } from '../affected/affected-store.ts';
import { isPilot } from '../pilot/pilot.ts';
import type { Clock } from '../../base/clock.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { CallbackUrls, ConnectionDescription, Offer } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Database } from '../../db/database.ts';
import type { Caller } from '../../organizations/access.ts';
import { findMethodInForce } from '../../organizations/find-organization.ts';
import type { MethodInForce } from '../../organizations/find-organization.ts';
import { readOrganization } from '../../organizations/list-organizations.ts';
import type { MethodState } from '../../organizations/method-state.ts';
import type { Method, Organization } from '../../organizations/organization.ts';
import { proposeDomain } from '../../users/find-users.ts';

/** A connection and what its connector says of it. */
export interface DescribedConnection extends Omit<Connection, 'hold'> {
  hold: Hold | null;
  /** When its provider was read again; null for one that was not yet. */
  reading: ProviderReading | null;
  described: ConnectionDescription;
  consentUrl: string | null;
  /** The setting that mends its last failure. */
  offer: Offer | null;
}

/** How the people of an organization log in, for an administrator. */
export interface Authentication {
  organization: Organization;
  state: MethodState;
  users: number;
  inForce: MethodInForce;
  connection: DescribedConnection | null;
  /** What *Switch back* returns to; null when there is nothing, or its 30 days are over. No end while a pilot lasts. */
  switchBack: { method: Method; connection: DescribedConnection | null; until: Date | null } | null;
  /** Who is in the pilot that runs, and what the others log in by; null while it holds for everybody. */
  pilot: { percent: number | null; named: number | null; users: number; previous: Method } | null;
  callbacks: CallbackUrls;
  /** A mail domain that could be routed here. */
  proposedDomain: string | null;
}

interface Deps {
  db: Database;
  clock: Clock;
  connectors: Connectors;
  publicUrl: string;
}

/** @throws organization.not-found */
export async function readAuthentication(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId },
): Promise<Authentication> {
  const { organization, state, counts } = await readOrganization(deps, caller, input);
  const connection = await findConnectionInForce(deps, organization.id);
  return {
    organization,
    state,
    users: counts.users,
    inForce: await findMethodInForce(deps, organization),
    connection: connection === undefined ? null : await withDescription(deps, connection),
    switchBack: await readSwitchBack(deps, organization, connection),
    pilot: connection === undefined ? null : await readPilot(deps, organization, connection),
    callbacks: callbackUrls(deps.publicUrl, organization.id),
    proposedDomain: (await proposeDomain(deps, organization.id)) ?? null,
  };
}

async function readPilot(
  deps: Deps,
  { id: organizationId, previousMethod }: Organization,
  connection: Connection,
): Promise<Authentication['pilot']> {
  if (!isPilot(connection)) return null;
  return {
    percent: connection.pilotPercent,
    named: connection.pilotUserIds?.length ?? null,
    users: await countAffected(deps.db, { organizationId, only: 'pilot', pilot: connection }),
    previous: previousMethod ?? 'built-in',
  };
}

async function readSwitchBack(
  deps: Deps,
  organization: Organization,
  inForce: Connection | undefined,
): Promise<Authentication['switchBack']> {
  const { previousMethod } = organization;
  const now = deps.clock.now();
  const may = maySwitchBack(organization, inForce, now);
  const previous = may ? await findPreviousMethod(deps, organization, inForce) : null;
  if (previous === null || previousMethod === null) return null;
  const until = inForce !== undefined && isPilot(inForce) ? null : switchBackUntil(organization, now);
  const { connection } = previous;
  const own = connection !== null && connection.organizationId === organization.id;
  return { method: previousMethod, connection: own ? await withDescription(deps, connection) : null, until };
}

async function withDescription(deps: Deps, connection: Connection): Promise<DescribedConnection> {
  const described = describeConnection(deps, connection);
  const found = await selectReading(deps.db, connection);
  // One for settings that were replaced since says nothing of these.
  const reading = found?.version === connection.version ? found : null;
  const hold = readHold(connection);
  return {
    ...connection,
    hold,
    reading,
    described,
    consentUrl: consentUrlOf(deps, connection),
    offer: offerOf(deps, connection),
  };
}
