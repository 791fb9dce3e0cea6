import type { Connection, FederatedMethod } from './connection.ts';
import { callbackUrls, chooseFlow } from './connection.ts';
import type { Clock } from '../base/clock.ts';
import type { OrganizationId } from '../base/ids.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Flow } from '../connectors/connector.ts';
import { isGuid } from '../connectors/entra-id.ts';
import type { GuardedFetch } from '../connectors/outgoing/guarded-fetch.ts';
import { microsoftDirectory, readDirectory, readProvider } from '../connectors/read-provider.ts';
import type { FoundProvider, ProviderFault } from '../connectors/read-provider.ts';

/** What is entered for a provider. */
export type FederatedSettings =
  | {
      method: 'entra-id';
      clientId: string;
      /** Directory (tenant) ID, or a domain of the directory. */
      directoryId: string;
      credential: 'none' | 'secret';
      clientSecret?: string | undefined;
    }
  | {
      method: 'openid-connect';
      clientId: string;
      discoveryUrl: string;
      credential: 'none' | 'secret';
      clientSecret?: string | undefined;
    };

export interface CheckDeps {
  clock: Clock;
  secrets: SecretBox;
  fetch: GuardedFetch;
  /** Origin of Entra ID's login service. */
  entraAuthority: string;
  publicUrl: string;
}

/** Settings that hold: the provider answers and fits. */
export interface CheckedSettings {
  method: FederatedMethod;
  clientId: string;
  provider: FoundProvider;
  flow: Flow;
  redirectUri: string;
  secret: string | null;
  secretSetAt: Date | null;
}

/**
 * Asks the provider and checks that settings fit it. Changes nothing; what it fetched is what a save then keeps.
 * @param input.before the connection in force: its secret stays when none is entered and the provider is the same
 */
export async function checkSettings(
  deps: CheckDeps,
  input: {
    organizationId: OrganizationId;
    settings: FederatedSettings;
    before: { connection: Connection; secret: string | null } | undefined;
  },
): Promise<CheckedSettings | ProviderFault> {
  const settings = asMicrosoft(deps, input.settings);
  const { method } = settings;
  const clientId = method === 'entra-id' ? settings.clientId.trim().toLowerCase() : settings.clientId.trim();
  if (method === 'entra-id' && !isGuid(clientId)) return { fault: 'entra.client-id', field: 'clientId' };
  const provider =
    method === 'entra-id'
      ? await readDirectory(deps, deps.entraAuthority, settings.directoryId.trim())
      : await readProvider(deps, settings.discoveryUrl);
  if ('fault' in provider) return provider;
  const flow = chooseFlow(
    method,
    settings.credential,
    provider.metadata,
    callbackUrls(deps.publicUrl, input.organizationId),
  );
  if ('fault' in flow) {
    const field = flow.fault === 'discovery.needs-secret' ? 'clientSecret' : 'discoveryUrl';
    return { fault: flow.fault, field };
  }
  const base = { method, clientId, provider, ...flow };
  if (settings.credential === 'none') return { ...base, secret: null, secretSetAt: null };
  const entered = settings.clientSecret ?? '';
  if (entered !== '') return { ...base, secret: entered, secretSetAt: deps.clock.now() };
  const { before } = input;
  // A secret never travels to another provider than the one it was entered for.
  if (before === undefined || before.secret === null || before.connection.issuer !== provider.metadata.issuer) {
    return { fault: 'secret.missing', field: 'clientSecret' };
  }
  return { ...base, secret: before.secret, secretSetAt: before.connection.clientSecretSetAt };
}

/** A Discovery url of Microsoft's is Entra ID, whatever was chosen: its tokens need Entra ID's own checks. */
function asMicrosoft(deps: CheckDeps, settings: FederatedSettings): FederatedSettings {
  if (settings.method === 'entra-id') return settings;
  const directoryId = microsoftDirectory(settings.discoveryUrl, deps.entraAuthority);
  if (directoryId === null) return settings;
  const { clientId, credential, clientSecret } = settings;
  return { method: 'entra-id', clientId, directoryId, credential, clientSecret };
}
