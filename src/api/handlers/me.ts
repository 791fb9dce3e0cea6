import type { Handler } from './handler.ts';
import { instant } from './present.ts';
import { formatId } from '../../base/ids.ts';
import { factorFreshUntil, isRootAdministrator, permissionsOf } from '../../organizations/access.ts';
import { countManaged, readOrganization } from '../../organizations/list-organizations.ts';
import { isAddressProven } from '../../users/address/is-address-proven.ts';
import { findUser } from '../../users/find-users.ts';

/** Who calls, and what the console shows around every page. */
export const getMe: Handler<'getMe'> = async ({ deps, caller }) => {
  const { organization, counts } = await readOrganization(deps, caller, { organizationId: caller.organizationId });
  const user = caller.userId === null ? undefined : await findUser(deps, caller.userId);
  return {
    kind: caller.kind === 'user' ? 'user' : 'api-token',
    user:
      user === undefined
        ? null
        : {
            id: formatId('usr', user.id),
            email: user.email,
            emailProven: await isAddressProven(deps, user),
            name: user.name,
          },
    role: caller.role,
    permissions: [...permissionsOf(caller.role)],
    isRootAdministrator: isRootAdministrator(caller),
    organization: {
      id: formatId('org', organization.id),
      name: organization.name,
      method: organization.method,
      managedOrganizations: await countManaged(deps, caller, organization),
      users: counts.users,
    },
    factorFreshUntil: instant(factorFreshUntil(caller, deps.clock.now())),
    product: { name: deps.config.productName, version: deps.version, url: deps.config.publicUrl.origin },
  };
};
