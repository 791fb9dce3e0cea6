/**
 * Connection templates: one registration of a managing organization at a provider (a multi-tenant one of Entra ID), used by
 * the connections of many organizations below it. Each of them consents once, by a link.
 *
 *     manage-templates     makes, changes and deletes a template; its client secret is sealed here once (template-secret)
 *     ask-consent          makes the links and mails them; ends them
 *     answer-consent       the link in a browser -> the provider's consent page -> its answer
 *     prove-consent        a signed token of the directory that the answer named: now it is bound to the organization
 *     turn-on-consent      an administrator turns the connection on (configure/ makes it live)
 *     find-consents        every organization below the owner with how far it is
 *
 * consent.ts is the model of a consent; template-store.ts, consent-store.ts and consent-list-store.ts hold the SQL. A
 * connection of a template has settings of its own (directory, metadata, keys); only the credential is read from here.
 */
import type { FederatedMethod } from '../../base/federated-method.ts';
import { formatId } from '../../base/ids.ts';
import type { OrganizationId, TemplateId, UserId } from '../../base/ids.ts';
import type { CallbackUrls } from '../../connectors/connector.ts';
import type { Organization } from '../../organizations/organization.ts';
import { reaches } from '../../organizations/organization.ts';

/** A template. Its client secret is not part of it. */
export interface ConnectionTemplate {
  id: TemplateId;
  /** The managing organization that keeps it. */
  organizationId: OrganizationId;
  method: FederatedMethod;
  name: string;
  clientId: string;
  cloud: string;
  credential: 'none' | 'secret';
  clientSecretSetAt: Date | null;
  /** As entered; null when not known. */
  credentialExpiresAt: Date | null;
  version: number;
  createdBy: UserId | null;
  createdAt: Date;
}

/** What has to be registered at the provider, once. */
export interface TemplateUrls extends CallbackUrls {
  /** Where logins arrive: the one of `shared` and `organization` that fits the credential. */
  login: string;
  /** Where the answers of the consent page arrive. */
  consent: string;
}

/**
 * The redirect URLs of a template. A code arrives at the template's own URL, which only its connections use: all of them are
 * the same client of the same provider, so no other provider can have a code of theirs redeemed there (mix-up).
 */
export function templateUrls(
  publicUrl: string,
  { id, credential }: Pick<ConnectionTemplate, 'id' | 'credential'>,
): TemplateUrls {
  const base = publicUrl.replace(/\/$/, '');
  const shared = `${base}/login/callback`;
  const organization = `${shared}/${formatId('tpl', id)}`;
  return {
    shared,
    organization,
    login: credential === 'secret' ? organization : shared,
    consent: `${base}${CONSENT_PATH}`,
  };
}

/** Where consent pages answer, and below it the links; the door for people serves them. */
export const CONSENT_PATH = '/login/consent';
/** Where the login that proves a directory leads back to: its row holds this path, the browser the link. */
export const CONSENT_RETURN_PATH = `${CONSENT_PATH}/return`;

/** Whether an organization may use the templates of another: only those of one above it. */
export function mayUseTemplatesOf(
  owner: Pick<Organization, 'id' | 'path'>,
  organization: Pick<Organization, 'id' | 'path'>,
): boolean {
  return owner.id !== organization.id && reaches(owner.path, organization.path);
}
