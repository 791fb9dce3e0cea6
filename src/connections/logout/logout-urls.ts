import type { OrganizationId } from '../../base/ids.ts';
import { formatId } from '../../base/ids.ts';

/** Our addresses that are registered at an identity provider for logout. */
export interface LogoutUrls {
  /** Where it sends a browser back to (`post_logout_redirect_uri`). */
  afterLogout: string;
  /** Where its logout page reaches us in an iframe: one for all organizations, the issuer and the session name whose it is. */
  frontChannel: string;
  /** Where its server sends logout tokens about the people of one organization. */
  backChannel: string;
}

/** The logout addresses for an organization's provider. */
export function logoutUrls(publicUrl: string, organizationId: OrganizationId): LogoutUrls {
  const logout = `${publicUrl.replace(/\/$/, '')}/logout`;
  return {
    afterLogout: `${logout}/done`,
    frontChannel: `${logout}/frontchannel`,
    backChannel: `${logout}/backchannel/${formatId('org', organizationId)}`,
  };
}
