import { sentParameters } from './sent-parameters.ts';
import type { SentParameters } from './sent-parameters.ts';
import type { Connection } from '../connection.ts';
import { connectorOf } from '../connection-settings.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';

/** What a preview needs. */
export interface PreviewDeps {
  connectors: Connectors;
}

/** What would be asked of a provider for an address. Nothing is stored: the request has no state that could come back. */
export async function previewAuthorizationRequest(
  deps: PreviewDeps,
  { method, issuer, redirectUri, settings }: Connection,
  loginHint: string,
): Promise<SentParameters> {
  const stored = { issuer, redirectUri, settings, clientSecret: null };
  const request = { state: 'preview', loginHint, maxAge: null, chooseAccount: false };
  return sentParameters((await connectorOf(deps, method).begin(stored, request)).url);
}
