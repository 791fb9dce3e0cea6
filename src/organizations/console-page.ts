import { formatId } from '../base/ids.ts';
import type { OrganizationId } from '../base/ids.ts';

/**
 * The console's page of an organization, for a mail: it opens for its own administrators and for those above.
 * @param section path below it, as `/users/usr_…`; *Authentication* without one
 */
export function consolePage(publicUrl: string | URL, organizationId: OrganizationId, section = ''): string {
  return new URL(`/console/managed-organizations/${formatId('org', organizationId)}${section}`, publicUrl).href;
}
