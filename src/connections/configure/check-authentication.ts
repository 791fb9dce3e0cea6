import { checkSettings } from './check-settings.ts';
import type { CheckDeps, ConnectionBefore, EnteredSettings } from './check-settings.ts';
import { readBefore } from './configure-connection.ts';
import { connectorOf, consentUrlOf } from '../connection-settings.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { ConnectionDescription, ProviderFault } from '../../connectors/connector.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Caller } from '../../organizations/access.ts';
import { findFollowers } from '../../organizations/change-method.ts';
import { readOrganization } from '../../organizations/list-organizations.ts';
import { countSessionsOfOrganization } from '../../sessions/find-session.ts';
import { countUserDomains, proposeDomain } from '../../users/find-users.ts';

/** What a save would do, and whether it would go through. */
export interface AuthenticationCheck {
  fault: ProviderFault | null;
  /** What was left out or looks wrong, and keeps nobody from saving. */
  notes: readonly ProviderFault[];
  /** What was found of the provider; null for methods without one. */
  provider: (ConnectionDescription & { issuer: string; redirectUri: string; consentUrl: string | null }) | null;
  affected: {
    users: number;
    domains: { domain: string; users: number }[];
    breakGlass: number;
    /** Users with a console role: their changes ask for a fresh login at the provider. */
    withRole: number;
    sessions: number;
    followers: number;
  };
  proposedDomain: string | null;
}

/**
 * Tries settings without saving them.
 * @throws organization.not-found, caller.denied, input.malformed
 */
export async function checkAuthentication(
  deps: CheckDeps & { secrets: SecretBox; transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> },
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    settings: EnteredSettings;
    /** Whose secret stays when none is entered; left out: the connection in force. */
    before?: ConnectionBefore;
    /** Called before a provider is asked; throws where it is asked too often. */
    beforeAsking: () => Promise<void>;
  },
): Promise<AuthenticationCheck> {
  const { organizationId, settings } = input;
  const inForce = await deps.transact(async (db) => readBefore(deps, db, caller, organizationId));
  const before = input.before ?? inForce;
  const affected = await deps.transact(async (db) => readAffected({ ...deps, db }, caller, organizationId));
  const { method } = settings;
  if (method === 'built-in' || method === 'same-as-managing') {
    return { fault: null, notes: [], provider: null, ...affected };
  }
  await input.beforeAsking();
  const checked = await checkSettings(deps, { organizationId, settings, before });
  if ('fault' in checked) return { fault: checked, notes: [], provider: null, ...affected };
  const { issuer, redirectUri, notes = [] } = checked;
  const described = connectorOf(deps, checked.method).describe(checked.settings);
  return {
    fault: null,
    notes,
    provider: { ...described, issuer, redirectUri, consentUrl: consentUrlOf(deps, checked) },
    ...affected,
  };
}

async function readAffected(
  deps: CheckDeps & { db: Database },
  caller: Caller,
  organizationId: OrganizationId,
): Promise<Pick<AuthenticationCheck, 'affected' | 'proposedDomain'>> {
  const { organization } = await readOrganization(deps, caller, { organizationId });
  const users = await countUserDomains(deps, organizationId);
  return {
    affected: {
      users: users.total,
      domains: users.domains,
      breakGlass: users.breakGlass,
      withRole: users.withRole,
      sessions: await countSessionsOfOrganization(deps, organizationId),
      followers: (await findFollowers(deps, organization)).length,
    },
    proposedDomain: (await proposeDomain(deps, organizationId)) ?? null,
  };
}
