import type { Connector } from './connector.ts';
import { createEntraIdConnector } from './entra-id/entra-id.ts';
import { createOpenIdConnectConnector } from './openid-connect/openid-connect.ts';
import { readAllowedHosts } from './outgoing/allowed-hosts.ts';
import type { GuardedFetch } from './outgoing/guarded-fetch.ts';
import type { Clock } from '../base/clock.ts';
import type { FederatedMethod } from '../base/federated-method.ts';

/** The connectors by method; one set for each process. */
export type Connectors = ReadonlyMap<FederatedMethod, Connector>;

/** What connectors use of the world. */
export interface ConnectorDeps {
  fetch: GuardedFetch;
  clock: Clock;
  /** Origin of Entra ID's login service, as `https://login.microsoftonline.com`. */
  entraAuthority: string;
  /** Our own issuer: an organization's provider cannot be we ourselves. */
  ownIssuer: string;
  /** The operator's list as in GATEHOUSE_PROVIDERS_WITHOUT_HOLD, one entry each. */
  providersWithoutHold?: readonly string[];
}

/** @param further connectors beside the product's own */
export function createConnectors(deps: ConnectorDeps, further: readonly Connector[] = []): Connectors {
  const calls = { ...deps, withoutHold: readAllowedHosts(deps.providersWithoutHold ?? []) };
  const all = [createEntraIdConnector(calls), createOpenIdConnectConnector(calls), ...further];
  return new Map(all.map((connector) => [connector.method, connector]));
}
