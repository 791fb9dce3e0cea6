import type { CallbackUrls } from '../connector.ts';
import type { Finding } from '../explanation-codes.ts';
import { supports } from './documents/metadata.ts';
import type { ProviderMetadata } from './documents/metadata.ts';
import type { EnteredCredential, Flow } from './settings.ts';

/** What an administrator entered that decides the flow. */
export interface EnteredFlow {
  credential: EnteredCredential['credential'];
  /** Without a credential: the one chosen; left out, one is proposed. */
  flow?: Flow | undefined;
}

/**
 * How a provider is asked, and where it answers. A code says nothing about who sent it: on a callback that several
 * organizations share, a hostile organization's provider could have ours redeem somebody else's code (mix-up, RFC 9700
 * 4.4). So an ID token, which names its issuer, comes to the shared URL, and a code to the organization's own.
 *
 * With a credential a code is asked for. Without one the administrator chooses; proposed is a code where PKCE is announced
 * (RFC 9700 2.1.1), else a posted ID token. Whether this client may have what is chosen, the first login shows.
 */
export function chooseFlow(
  { credential, flow }: EnteredFlow,
  metadata: ProviderMetadata,
  callbacks: CallbackUrls,
): { flow: Flow; redirectUri: string } | Finding {
  const possible = possibleFlows(metadata);
  const chosen = credential !== 'none' ? 'code' : (flow ?? proposedFlow(metadata, possible));
  if (possible.length === 0 || chosen === undefined) return { fault: 'discovery.no-flow' };
  if (!possible.includes(chosen)) {
    return chosen === 'code' ? { fault: 'discovery.no-code' } : { fault: 'discovery.no-id-token' };
  }
  return { flow: chosen, redirectUri: chosen === 'code' ? callbacks.organization : callbacks.shared };
}

/** The flows a provider can answer in. */
export function possibleFlows(metadata: ProviderMetadata): Flow[] {
  const can = supports(metadata);
  return [can.code ? ['code' as const] : [], can.formPostIdToken ? ['id-token' as const] : []].flat();
}

function proposedFlow(metadata: ProviderMetadata, possible: readonly Flow[]): Flow | undefined {
  const first = supports(metadata).pkce ? 'code' : 'id-token';
  return possible.includes(first) ? first : possible[0];
}
