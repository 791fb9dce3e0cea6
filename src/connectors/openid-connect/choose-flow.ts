import type { CallbackUrls } from '../connector.ts';
import type { ExplanationCode } from '../explanation-codes.ts';
import { supports } from './documents/metadata.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import type { EnteredCredential, Flow } from './settings.ts';

/**
 * How a provider is asked, and where it answers. A code says nothing about who sent it: on a callback that several
 * organizations share, a hostile organization's provider could have ours redeem somebody else's code (mix-up, RFC 9700
 * 4.4). So an ID token, which names its issuer, comes to the shared URL, and a code to the organization's own.
 */
export function chooseFlow(
  credential: EnteredCredential['credential'],
  metadata: ProviderMetadata,
  callbacks: CallbackUrls,
): { flow: Flow; redirectUri: string } | { fault: ExplanationCode } {
  const can = supports(metadata);
  if (credential === 'secret') {
    return can.code ? { flow: 'code', redirectUri: callbacks.organization } : { fault: 'discovery.no-flow' };
  }
  if (can.formPostIdToken) return { flow: 'id-token', redirectUri: callbacks.shared };
  if (can.code && can.publicClients) return { flow: 'code', redirectUri: callbacks.organization };
  return { fault: can.code ? 'discovery.needs-secret' : 'discovery.no-flow' };
}
