import type { Connection } from './connection.ts';
import { selectSealedSecret } from './connection-store.ts';
import { readClientKey } from './keys/read-client-key.ts';
import { openTemplateSecret } from './template/template-secret.ts';
import type { FederatedMethod } from '../base/federated-method.ts';
import type { SealedPlace, SecretBox } from '../base/secret-box.ts';
import type {
  AdminConsent,
  ClientKey,
  Connector,
  ConnectionDescription,
  Offer,
  StoredConnection,
} from '../connectors/connector.ts';
import type { Connectors } from '../connectors/create-connectors.ts';
import { explain } from '../connectors/explain-failure.ts';
import { fillValues } from '../connectors/explanation-codes.ts';
import type { Database } from '../db/database.ts';
import { openAndReseal } from '../db/sealed/open-and-reseal.ts';
import type { TextKey } from '../texts/catalog.ts';

/** The connector of a method. @throws Error for a method that has none: the row is of another version of the service */
export function connectorOf(deps: { connectors: Connectors }, method: FederatedMethod): Connector {
  const connector = deps.connectors.get(method);
  if (connector === undefined) throw new Error(`no connector for the method ${method}`);
  return connector;
}

/** How the provider of a template asks for consent. @throws Error for a connector that has no such page */
export function adminConsentOf(
  deps: { connectors: Connectors },
  { method }: { method: FederatedMethod },
): AdminConsent {
  const { adminConsent } = connectorOf(deps, method);
  if (adminConsent === undefined) throw new Error(`the connector ${method} has no admin consent`);
  return adminConsent;
}

/**
 * A connection as its connector needs it, its credential opened.
 * @param sealed the client secret of its own, as it stands in its row
 */
export async function toStoredConnection(
  deps: { db: Database; secrets: SecretBox; publicUrl: string | URL },
  connection: Connection,
  sealed: Buffer | null,
): Promise<StoredConnection<unknown>> {
  const { issuer, redirectUri, settings, credential, templateId } = connection;
  const own = credential === 'secret' && templateId === null && sealed !== null;
  const clientSecret = own
    ? await openAndReseal(deps, sealed, secretPlace(connection))
    : credential === 'secret' && templateId !== null
      ? await openTemplateSecret(deps, templateId)
      : null;
  return { issuer, redirectUri, clientSecret, settings, ...(await clientKeyOf(deps, connection)) };
}

/** The key by which a connection authenticates, as its connector needs it; nothing where its credential is none. */
export async function clientKeyOf(
  deps: { db: Database; secrets: SecretBox; publicUrl: string | URL },
  { organizationId, clientKeySetId }: Pick<Connection, 'organizationId' | 'clientKeySetId'>,
): Promise<{ clientKey?: ClientKey }> {
  const clientKey = clientKeySetId === null ? null : await readClientKey(deps, { organizationId, clientKeySetId });
  return clientKey === null ? {} : { clientKey };
}

/** The client secret a connection is used with: its own, or its template's, which only the service may read below it. */
export async function openUsedSecret(
  deps: { db: Database; secrets: SecretBox },
  connection: Connection,
): Promise<string | null> {
  const { templateId } = connection;
  return templateId === null ? openSecret(deps, connection) : openTemplateSecret(deps, templateId);
}

/** The client secret of a connection's own, or null: a template's is never copied into a connection. */
export async function openSecret(
  deps: { db: Database; secrets: SecretBox },
  connection: Connection,
): Promise<string | null> {
  const sealed = await selectSealedSecret(deps.db, connection.organizationId, connection.id);
  return sealed === null ? null : openAndReseal(deps, sealed, secretPlace(connection));
}

/** Where a connection's client secret stands sealed. */
export function secretPlace(connection: Pick<Connection, 'id' | 'organizationId'>): SealedPlace {
  const { id, organizationId } = connection;
  return { table: 'connection', column: 'sealed_client_secret', row: id, organization: organizationId };
}

/** What people read of a connection. */
export function describeConnection(deps: { connectors: Connectors }, connection: Connection): ConnectionDescription {
  return connectorOf(deps, connection.method).describe(connection.settings);
}

/** As which client a connection is registered at its provider; null for a method that has none. */
export function clientIdOf(deps: { connectors: Connectors }, connection: Connection): string | null {
  return describeConnection(deps, connection).settings['clientId'] ?? null;
}

/** Where an administrator at the provider agrees once for everybody; null for kinds of provider without such a page. */
export function consentUrlOf(
  deps: { connectors: Connectors },
  { method, settings, redirectUri }: Pick<Connection, 'method' | 'settings' | 'redirectUri'>,
): string | null {
  return connectorOf(deps, method).consentUrl?.({ settings, redirectUri }) ?? null;
}

/**
 * The setting that mends a connection's last failure, where there is one. How the provider answers is offered only for what its
 * own server said to ours: an error in the browser's address can be written by anybody who can begin a login.
 */
export function offerOf(deps: { connectors: Connectors }, connection: Connection): Offer | null {
  const { method, settings, lastFailure: code, lastFailureValues: values, credential } = connection;
  if (code === null) return null;
  const offer = connectorOf(deps, method).offer?.(settings, { code, values }, credential) ?? null;
  return offer?.setting === 'flow' && connection.failingSince === null ? null : offer;
}

/** Whether identities bound under one connection hold under the other. */
export function sharesIdentities(
  deps: { connectors: Connectors },
  one: Pick<Connection, 'method' | 'issuer' | 'settings'>,
  other: Pick<Connection, 'method' | 'issuer' | 'settings'>,
): boolean {
  if (one.method !== other.method || one.issuer !== other.issuer) return false;
  return connectorOf(deps, one.method).sharesSubjects(one.settings, other.settings);
}

/** A failure or fault for an administrator: texts of the catalog, or the bare code of one that has none. */
export interface ExplainedFailure {
  code: string;
  what: TextKey | null;
  fix: TextKey | null;
  /** For the placeholders of both. */
  values: Record<string, string>;
}

/** The texts of a code and its values, as stored in `connection.last_failure` or just made by a check. */
export function explainFailure(code: string, values: unknown): ExplainedFailure {
  return { ...(explain(code) ?? { code, what: null, fix: null }), values: fillValues(values) };
}
