import { checkSettings } from './check-settings.ts';
import type { CheckDeps, ConnectionBefore, EnteredSettings } from './check-settings.ts';
import { readBefore } from './configure-connection.ts';
import { hostToConfirm } from './confirm-host.ts';
import type { HostDeps } from './confirm-host.ts';
import { countAffected } from '../affected/affected-store.ts';
import { connectorOf, consentUrlOf, sharesIdentities } from '../connection-settings.ts';
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
    /** Users who are first matched by their address: without a proof of it by the provider they get a code mailed. */
    mailedCode: number;
    /** Whether who is tied to a subject of the connection in force stays so. */
    keepsIdentities: boolean;
    /** An address at a verified domain is proven: not where it is of a claim that was chosen. */
    provenByDomain: boolean;
  };
  /** The provider's host that has to be typed once more with a save; null where it is known. */
  confirmHost: string | null;
  proposedDomain: string | null;
}

/**
 * Tries settings without saving them.
 * @throws organization.not-found, caller.denied, input.malformed
 */
export async function checkAuthentication(
  deps: CheckDeps & HostDeps & { secrets: SecretBox; transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> },
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
  const none = { notes: [], provider: null, confirmHost: null, ...affected };
  if (method === 'built-in' || method === 'same-as-managing') return { fault: null, ...none };
  await input.beforeAsking();
  const checked = await checkSettings(deps, { organizationId, settings, before });
  if ('fault' in checked) return { fault: checked, ...none };
  const { issuer, redirectUri, notes = [] } = checked;
  const described = connectorOf(deps, checked.method).describe(checked.settings);
  const keepsIdentities = inForce !== undefined && sharesIdentities(deps, inForce.connection, checked);
  const keptIn = keepsIdentities ? inForce.connection.id : null;
  const provenByDomain = described.settings['addressClaim'] === undefined;
  return deps.transact(async (db) => ({
    fault: null,
    notes,
    provider: { ...described, issuer, redirectUri, consentUrl: consentUrlOf(deps, checked) },
    ...affected,
    affected: {
      ...affected.affected,
      mailedCode: await countAffected(db, { organizationId, only: 'mailed-code', keptIn, provenByDomain }),
      keepsIdentities,
      provenByDomain,
    },
    confirmHost: await hostToConfirm({ ...deps, db }, organizationId, checked, inForce),
  }));
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
      mailedCode: 0,
      keepsIdentities: false,
      provenByDomain: true,
    },
    proposedDomain: (await proposeDomain(deps, organizationId)) ?? null,
  };
}
