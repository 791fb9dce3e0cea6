import { z } from 'zod';
import type { Connection } from '../connection.ts';
import { callbackUrls } from '../connection.ts';
import { isKeyCredential } from '../keys/client-keys.ts';
import { claimKeySet, selectKeys, selectKeySet } from '../keys/client-key-store.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { readId } from '../../base/ids.ts';
import type { ClientKeySetId, OrganizationId } from '../../base/ids.ts';
import type { CallbackUrls, CheckedConnection, Connector, ProviderFault } from '../../connectors/connector.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';

/** What is entered for a provider; all but `method` is read by the method's connector. */
export interface EnteredSettings {
  method: string;
  [name: string]: unknown;
}

/** What the pane *Authentication settings* saves: a method of ours, or what one of the connectors takes. */
export function methodSettings(connectors: Connectors): z.ZodType<EnteredSettings> {
  const federated = [...connectors.values()].map(({ entered }) => entered);
  return z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('built-in') }),
      z.strictObject({ method: z.literal('same-as-managing') }),
      ...federated,
    ])
    .meta({ id: 'AuthenticationSettings' }) as z.ZodType<EnteredSettings>;
}

export interface CheckDeps {
  clock: Clock;
  connectors: Connectors;
  publicUrl: string;
}

/** The connection in force, with its client secret: the secret stays when none is entered and the provider is the same. */
export interface ConnectionBefore {
  connection: Connection;
  secret: string | null;
}

/** Settings that hold, since when the client secret is the one it is, and when the credential expires. */
export interface CheckedSettings extends CheckedConnection<unknown> {
  clientSecretSetAt: Date | null;
  credentialExpiresAt: Date | null;
  clientKeySetId: ClientKeySetId | null;
}

/**
 * Asks the provider and checks that entered settings fit it. Changes nothing; what it fetched is what a save then keeps.
 * @throws input.malformed for a method that has no connector
 */
export async function checkSettings(
  deps: CheckDeps,
  input: {
    organizationId: OrganizationId;
    settings: EnteredSettings;
    before: ConnectionBefore | undefined;
    /** Where callbacks arrive; the organization's unless its connection is a template's. */
    callbacks?: CallbackUrls | undefined;
  },
): Promise<CheckedSettings | ProviderFault> {
  const { before } = input;
  const { connector, entered, notes, adopted } = findConnector(deps.connectors, input.settings);
  const stored =
    before === undefined || before.connection.method !== connector.method
      ? null
      : { ...before.connection, clientSecret: before.secret };
  const callbacks = input.callbacks ?? callbackUrls(deps.publicUrl, input.organizationId);
  const checked = await connector.check(entered, callbacks, stored);
  // A Discovery URL taken over by another connector: what is wrong with its parts is wrong with that field.
  if ('fault' in checked) return adopted && checked.field !== 'clientSecret' ? atDiscoveryUrl(checked, input) : checked;
  const clientKeySetId = isKeyCredential(checked.credential) ? clientKeysOf(input, checked) : null;
  if (isKeyCredential(checked.credential) && clientKeySetId === null) return KEY_MISSING;
  const kept = stored !== null && stored.clientSecret === checked.clientSecret && stored.issuer === checked.issuer;
  const setAt = kept ? stored.clientSecretSetAt : deps.clock.now();
  return {
    ...checked,
    notes: [...(checked.notes ?? []), ...notes],
    clientSecretSetAt: checked.clientSecret === null ? null : setAt,
    credentialExpiresAt: connector.credentialExpiresAt(checked.settings),
    clientKeySetId,
  };
}

/** A credential that is a key was chosen, and there is none of this organization for it. */
export const KEY_MISSING: ProviderFault = { fault: 'key.missing', field: 'credential' };

/** The keys entered, or those in force as long as provider and kind of credential are the same. */
function clientKeysOf(
  { settings, before }: { settings: EnteredSettings; before: ConnectionBefore | undefined },
  { credential, issuer }: CheckedConnection<unknown>,
): ClientKeySetId | null {
  const { clientKeys } = settings;
  if (typeof clientKeys === 'string' && clientKeys !== '') return readId('cks', clientKeys) ?? null;
  const connection = before?.connection;
  return connection?.credential === credential && connection.issuer === issuer ? connection.clientKeySetId : null;
}

/** A fault of a field that the form which was filled does not have: it came out of the Discovery URL. */
function atDiscoveryUrl(fault: ProviderFault, { settings }: { settings: EnteredSettings }): ProviderFault {
  return fault.field in settings ? fault : { ...fault, field: 'discoveryUrl' };
}

/** The connector for what was entered: another one's than the chosen method's when it must handle these settings. */
function findConnector(
  connectors: Connectors,
  settings: EnteredSettings,
): { connector: Connector; entered: unknown; notes: readonly ProviderFault[]; adopted: boolean } {
  for (const connector of connectors.values()) {
    const adopted = connector.method === settings.method ? null : connector.adopt(settings.method, settings);
    if (adopted !== null) return { connector, ...adopted, adopted: true };
  }
  const chosen = [...connectors.values()].find(({ method }) => method === settings.method);
  if (chosen === undefined) throw new AppError('input.malformed', { detail: 'no method of this name' });
  return { connector: chosen, entered: settings, notes: [], adopted: false };
}

/**
 * Ties the keys of checked settings to their provider; the fault where they are not of this organization, this kind of
 * credential and this provider. Answers when the current one expires.
 */
export async function takeKeySet(
  deps: { db: Transaction },
  organizationId: OrganizationId,
  { credential, clientKeySetId: id, issuer }: CheckedSettings,
): Promise<{ expiresAt: Date | null } | ProviderFault> {
  if (!isKeyCredential(credential) || id === null) return { expiresAt: null };
  if (!(await claimKeySet(deps.db, organizationId, { id, credential, issuer }))) return KEY_MISSING;
  const keys = await selectKeys(deps.db, organizationId, id);
  return { expiresAt: keys.find(({ state }) => state === 'in-use')?.expiresAt ?? null };
}

/** Whether the keys of checked settings, if they name some, may be used so; nothing is tied to the provider yet. */
export async function hasKeySet(
  deps: { db: Database },
  organizationId: OrganizationId,
  { credential, clientKeySetId: id, issuer }: CheckedSettings,
): Promise<boolean> {
  if (id === null) return true;
  const set = await selectKeySet(deps.db, organizationId, id);
  return set?.credential === credential && (set.issuer === null || set.issuer === issuer);
}
