import { errors } from 'oidc-provider';
import type { Client, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { UnitOfWork } from '../storage/unit-of-work.ts';
import type { UserAccess } from '../storage/user-access-store.ts';
import { isDocumentUrl } from '../../applications/unregistered/client-document.ts';
import { ERROR_CODES } from '../../base/errors.ts';
import { reaches } from '../../organizations/organization.ts';

const NOT_ALLOWED = 'unregistered-application.not-allowed';

/** What somebody is told whose organization does not let its people log in to an application that nobody registered. */
export function notAllowed(): errors.AccessDenied {
  return new errors.AccessDenied(`${NOT_ALLOWED}: ${ERROR_CODES[NOT_ALLOWED][1]}`);
}

/**
 * Refuses an API resource to people who are not of its owner or below: every such application may ask for it, so the person
 * decides.
 * @throws invalid_target
 */
export async function refuseOthersResource(ctx: KoaContextWithOIDC, client: Client, access: UserAccess): Promise<void> {
  for (const audience of Object.keys(ctx.oidc.resourceServers ?? {})) {
    const resource = await UnitOfWork.current().resource(client.clientId, audience);
    if (resource === null || !reaches(resource.peopleOf ?? '', access.home.path)) {
      throw new errors.InvalidTarget('the application may not ask for this resource');
    }
  }
}

/**
 * Refusals of a request by an application that nobody registered are said on a page of ours: nobody vouches for the address it
 * would send the browser to, and who follows a link to us must not arrive there unasked (RFC 9700 4.11.2). Only what the person
 * decided on a page of ours is answered there.
 */
export function refuseHere(provider: Provider): void {
  provider.on('authorization.error', (ctx, error) => {
    const { client } = ctx.oidc;
    if (client === undefined || !isDocumentUrl(client.clientId)) return;
    const decided = (UnitOfWork.current().login()?.refusal ?? null) !== null && error.error === 'access_denied';
    if (decided) return;
    Object.assign(error, { allow_redirect: false });
    // What was to be sent on by a redirect is a page now.
    if (ctx.status < 400) ctx.status = 400;
  });
}
