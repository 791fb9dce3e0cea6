import { isGuid } from './guid.ts';
import { authorityOf, CLOUDS } from './clouds.ts';
import type { Cloud } from './clouds.ts';
import type { ExplanationCode } from '../explanation-codes.ts';
import type { AdminConsent, ConsentAnswer, ProviderFault, Registration } from '../connector.ts';

/** Segment of an address where Microsoft takes an administrator of any directory. */
const ANY_DIRECTORY = 'organizations';

/**
 * Admin consent to a multi-tenant registration
 * (https://learn.microsoft.com/entra/identity-platform/v2-admin-consent): a page of Microsoft's where an administrator of any
 * directory accepts for everybody in it. Its answer says which directory; anybody can write such an answer, so it proves
 * nothing before a signed token of that directory arrives.
 */
export function entraAdminConsent(deps: { entraAuthority: string }): AdminConsent {
  return {
    clouds: CLOUDS,
    check({ clientId }): ProviderFault | null {
      return isGuid(clientId) ? null : { fault: 'entra.client-id', field: 'clientId' };
    },
    url({ clientId, cloud }, { redirectUri, state }): string {
      return consentUrl(deps.entraAuthority, { clientId, cloud: toCloud(cloud), redirectUri, state });
    },
    read(parameters): ConsentAnswer {
      const directoryId = (parameters.get('tenant') ?? '').toLowerCase();
      const accepted = parameters.get('admin_consent')?.toLowerCase() === 'true';
      return accepted && isGuid(directoryId) ? { directoryId } : { code: 'consent.no-directory' };
    },
    whyNoProof({ tid, guest }, directoryId): ExplanationCode | null {
      if (tid !== directoryId) return 'consent.no-directory';
      // Of a guest, `tid` is the directory that is visited, not the one at home.
      return guest === undefined ? null : 'consent.guest';
    },
    entered({ clientId, cloud }: Registration, directoryId, clientSecret) {
      const credential = clientSecret === null ? { credential: 'none' } : { credential: 'secret', clientSecret };
      return { method: 'entra-id', clientId, cloud, directoryId, ...credential };
    },
  };
}

/** The page where an administrator accepts for everybody. @param asked.directory left out: of whichever directory logs in */
export function consentUrl(
  entraAuthority: string,
  asked: { clientId: string; cloud: Cloud; redirectUri: string; directory?: string; state?: string },
): string {
  const { clientId, cloud, redirectUri, directory = ANY_DIRECTORY, state } = asked;
  const url = new URL(`${authorityOf(cloud, entraAuthority)}/${directory}/v2.0/adminconsent`);
  const scope = 'openid profile email';
  const sent = { client_id: clientId, scope, redirect_uri: redirectUri, ...(state === undefined ? {} : { state }) };
  url.search = new URLSearchParams(sent).toString();
  return url.href;
}

function toCloud(cloud: string): Cloud {
  const known = CLOUDS.find((one) => one === cloud);
  if (known === undefined) throw new Error(`no cloud ${cloud}`);
  return known;
}
