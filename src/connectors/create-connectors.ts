import type { Connector } from './connector.ts';
import { createEntraIdConnector } from './entra-id.ts';
import type { GuardedFetch } from './outgoing/guarded-fetch.ts';
import { createOpenIdConnectConnector } from './openid-connect.ts';
import { createKeySource } from './provider-keys.ts';
import type { Clock } from '../base/clock.ts';

/** The connectors by method; one set for each process. */
export type Connectors = Readonly<Record<'entra-id' | 'openid-connect', Connector>>;

export function createConnectors(deps: { fetch: GuardedFetch; clock: Clock }): Connectors {
  const calls = { ...deps, keySource: createKeySource(deps) };
  return { 'entra-id': createEntraIdConnector(calls), 'openid-connect': createOpenIdConnectConnector(calls) };
}
