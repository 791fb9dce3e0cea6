import type { Connection } from '../connection.ts';
import type { OrganizationId } from '../../base/ids.ts';
import type { Organization } from '../../organizations/organization.ts';

/** An organization, and its own connections as far as they decide how people log in. */
export interface OwnMethod {
  organization: Organization;
  /** Unconfirmed or active. */
  inForce: Connection | null;
  /** The latest archived one. */
  previous: Connection | null;
}

/**
 * What decides how the people of an organization log in, read by the statement that a request makes anyway: the
 * organization first, then those above it where it follows one, or followed one before. `find-login-method.ts` decides by
 * it what it decides by single reads elsewhere. Of one request alone: nothing of it is kept.
 */
export type MethodFacts = readonly [OwnMethod, ...OwnMethod[]];

/** Whether facts hold all that decides: where organizations above count, each of them. */
export function isWhole(facts: MethodFacts): boolean {
  const [{ organization }] = facts;
  const follows = [organization.method, organization.previousMethod].includes('same-as-managing');
  return !follows || facts.length === organization.depth;
}

/** What of an organization above, and of its connections, is asked on the way to a decision. */
export interface MethodRows {
  above(id: OrganizationId): Promise<Organization | undefined>;
  inForce(organizationId: OrganizationId): Promise<Connection | undefined>;
  /** The latest archived one that may be returned to at an instant. */
  previous(organizationId: OrganizationId, at: Date): Promise<Connection | undefined>;
}

/** The rows of facts that were read. */
export function rowsOf(facts: MethodFacts): MethodRows {
  const of = (id: OrganizationId): OwnMethod | undefined => facts.find(({ organization }) => organization.id === id);
  return {
    above: async (id) => of(id)?.organization,
    inForce: async (id) => of(id)?.inForce ?? undefined,
    async previous(id, at) {
      const previous = of(id)?.previous ?? undefined;
      return (previous?.previousUntil ?? at) > at ? previous : undefined;
    },
  };
}
