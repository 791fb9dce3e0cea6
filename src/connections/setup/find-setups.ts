import { isNextSecret } from './draft/take-draft-secret.ts';
import { readSetupDomain } from './verify-setup-domain.ts';
import { basisOf, isOutdated, setupState } from './setup-invitation.ts';
import type { SetupInvitation, SetupState } from './setup-invitation.ts';
import { selectSetup, selectSetupsOf } from './setup-store.ts';
import type { Connection } from '../connection.ts';
import { describeConnection } from '../connection-settings.ts';
import { selectConnectionInForce, selectDraft } from '../connection-store.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { OrganizationId, SetupInvitationId } from '../../base/ids.ts';
import type { ConnectionDescription } from '../../connectors/connector.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import type { Database } from '../../db/database.ts';
import { isVerified } from '../../domains/domain.ts';
import { requireAccess } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';

/** A link as an administrator sees it. */
export interface SetupOverview {
  invitation: SetupInvitation;
  state: SetupState;
  domainVerified: boolean;
  draft: {
    connection: Connection;
    described: ConnectionDescription;
    outdated: boolean;
    /** Its client secret can be the next one of the connection in force. */
    nextSecret: boolean;
  } | null;
}

interface Deps {
  db: Database;
  clock: Clock;
  connectors: Connectors;
}

/**
 * A page of an organization's links, the newest first.
 * @throws organization.not-found, caller.denied
 */
export async function listSetups(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId } & Parameters<typeof selectSetupsOf>[2],
): Promise<SetupOverview[]> {
  const { organizationId, ...page } = input;
  const organization = requireAccess(caller, 'read', await findOrganization(deps, organizationId));
  const found = await selectSetupsOf(deps.db, organizationId, page);
  return Promise.all(found.map(async (invitation) => overview(deps, organization, invitation)));
}

/**
 * One link.
 * @throws organization.not-found, caller.denied, setup-link.not-found
 */
export async function readSetup(
  deps: Deps,
  caller: Caller,
  input: { organizationId: OrganizationId; id: SetupInvitationId },
): Promise<SetupOverview> {
  const organization = requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  const invitation = await selectSetup(deps.db, input.organizationId, input.id);
  if (invitation === undefined) throw new AppError('setup-link.not-found');
  return overview(deps, organization, invitation);
}

async function overview(deps: Deps, organization: Organization, invitation: SetupInvitation): Promise<SetupOverview> {
  const { connectionId, basis, domain } = invitation;
  const verification = domain === null ? null : await readSetupDomain(deps, invitation);
  const connection = connectionId === null ? undefined : await selectDraft(deps.db, organization.id, connectionId);
  const inForce = connection && (await selectConnectionInForce(deps.db, organization.id));
  return {
    invitation,
    state: setupState(invitation, deps.clock.now()),
    domainVerified: verification !== null && isVerified(verification),
    draft:
      connection === undefined
        ? null
        : {
            connection,
            described: describeConnection(deps, connection),
            outdated: basis !== null && isOutdated(basis, basisOf(organization, inForce)),
            nextSecret: isNextSecret(deps, connection, inForce),
          },
  };
}
