import type { ConnectionTemplate } from './template.ts';
import { templateSecretPlace } from './template-secret.ts';
import {
  countUses,
  deleteTemplate as remove,
  insertTemplate,
  selectTemplate,
  selectTemplates,
  updateTemplate,
} from './template-store.ts';
import type { TemplateUse } from './template-store.ts';
import { adminConsentOf } from '../connection-settings.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { FederatedMethod } from '../../base/federated-method.ts';
import { federatedMethod } from '../../base/federated-method.ts';
import { formatId } from '../../base/ids.ts';
import type { OrganizationId, TemplateId } from '../../base/ids.ts';
import { parsePlainName } from '../../base/plain-name.ts';
import { randomUuid } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Connectors } from '../../connectors/create-connectors.ts';
import { inTransaction, isUniqueViolation } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';

export interface TemplateDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  connectors: Connectors;
}

interface Named {
  organizationId: OrganizationId;
  id: TemplateId;
}

/** A template with who uses it. */
export interface TemplateWithUse {
  template: ConnectionTemplate;
  use: TemplateUse;
}

const UNUSED: TemplateUse = { inForce: 0, kept: 0, users: 0 };
const METHOD: FederatedMethod = federatedMethod('entra-id');

/**
 * A page of the templates that an organization keeps, by name, with who uses them.
 * @throws organization.not-found, caller.denied
 */
export async function listTemplates(
  deps: Pick<TemplateDeps, 'db' | 'clock'>,
  caller: Caller,
  input: { organizationId: OrganizationId } & Parameters<typeof selectTemplates>[2],
): Promise<TemplateWithUse[]> {
  const { organizationId, ...page } = input;
  requireAccess(caller, 'read', await findOrganization(deps, organizationId));
  const templates = await selectTemplates(deps.db, organizationId, page);
  const uses = await countUses(
    deps.db,
    templates.map(({ id }) => id),
    deps.clock.now(),
  );
  return templates.map((template) => ({ template, use: uses.get(template.id) ?? UNUSED }));
}

/**
 * One template with who uses it.
 * @throws organization.not-found, caller.denied, template.not-found
 */
export async function readTemplate(
  deps: Pick<TemplateDeps, 'db' | 'clock'>,
  caller: Caller,
  { organizationId, id }: Named,
): Promise<TemplateWithUse> {
  requireAccess(caller, 'read', await findOrganization(deps, organizationId));
  const template = await selectTemplate(deps.db, organizationId, id);
  if (template === undefined) throw new AppError('template.not-found');
  const uses = await countUses(deps.db, [id], deps.clock.now());
  return { template, use: uses.get(id) ?? UNUSED };
}

/**
 * Makes a template. Nobody is asked: the first consent shows whether the registration exists.
 * @param input.clientSecret null for a registration that posts ID tokens
 * @throws organization.not-found, caller.denied, caller.stale-factor, template.name-taken, connection.refused, input.malformed
 */
export async function createTemplate(
  deps: TemplateDeps,
  caller: Caller,
  input: {
    organizationId: OrganizationId;
    name: string;
    clientId: string;
    cloud: string;
    clientSecret: string | null;
    credentialExpiresAt: Date | null;
  },
): Promise<ConnectionTemplate> {
  requireFreshFactor(caller, deps.clock.now());
  return inTransaction(deps, async (deps) => {
    const kept = await keepOrganization(deps, input.organizationId);
    const { id: organizationId } = requireAccess(caller, 'edit-authentication', kept);
    const now = deps.clock.now();
    const { clientSecret, cloud } = input;
    const clientId = input.clientId.toLowerCase();
    const fault = adminConsentOf(deps, { method: METHOD }).check({ clientId, cloud });
    if (fault !== null) {
      const fields = [{ field: fault.field, code: fault.fault, values: {} }];
      throw new AppError('connection.refused', { detail: fault.fault, fields });
    }
    const template: ConnectionTemplate = {
      id: randomUuid() as TemplateId,
      organizationId,
      method: METHOD,
      name: parsePlainName('name', input.name),
      clientId,
      cloud,
      credential: clientSecret === null ? 'none' : 'secret',
      clientSecretSetAt: clientSecret === null ? null : now,
      credentialExpiresAt: clientSecret === null ? null : input.credentialExpiresAt,
      version: 1,
      createdBy: caller.userId,
      createdAt: now,
    };
    const place = templateSecretPlace(template.id, organizationId);
    const sealed = clientSecret === null ? null : deps.secrets.seal(clientSecret, place);
    await unlessNameTaken(async () => insertTemplate(deps.db, template, sealed));
    const { name, credential, method } = template;
    const details = { template: formatId('tpl', template.id), name, method, clientId, cloud, credential };
    await recordEvent(deps, { organizationId, kind: 'template.made', actor: actorOf(caller), details });
    return template;
  });
}

/**
 * Renames a template, or replaces its client secret: that holds at once for every connection that uses it.
 * @throws organization.not-found, caller.denied, caller.stale-factor, template.not-found, template.name-taken,
 *   version.conflict, input.malformed for a secret of a registration without one
 */
export async function changeTemplate(
  deps: TemplateDeps,
  caller: Caller,
  input: Named & {
    name?: string | undefined;
    clientSecret?: string | undefined;
    /** Null: not known. Left out with a new secret: not known. */
    credentialExpiresAt?: Date | null | undefined;
    version: number;
  },
): Promise<void> {
  requireFreshFactor(caller, deps.clock.now());
  await inTransaction(deps, async (deps) => {
    const { organizationId, id, clientSecret, version } = input;
    requireAccess(caller, 'edit-authentication', await keepOrganization(deps, organizationId));
    const template = await selectTemplate(deps.db, organizationId, id, 'change');
    if (template === undefined) throw new AppError('template.not-found');
    if (
      template.credential === 'none' &&
      (clientSecret !== undefined || (input.credentialExpiresAt ?? null) !== null)
    ) {
      throw new AppError('input.malformed', { detail: 'the registration has no client secret' });
    }
    const now = deps.clock.now();
    const name = input.name === undefined ? template.name : parsePlainName('name', input.name);
    const expiresAt =
      input.credentialExpiresAt === undefined
        ? clientSecret === undefined
          ? template.credentialExpiresAt
          : null
        : input.credentialExpiresAt;
    const secret =
      clientSecret === undefined
        ? {}
        : {
            sealedClientSecret: deps.secrets.seal(clientSecret, templateSecretPlace(id, organizationId)),
            clientSecretSetAt: now,
          };
    const changed = await unlessNameTaken(async () =>
      updateTemplate(deps.db, { id, organizationId, version }, { name, credentialExpiresAt: expiresAt, ...secret }),
    );
    if (!changed) throw new AppError('version.conflict');
    const use = (await countUses(deps.db, [id], now)).get(id) ?? UNUSED;
    const details = {
      template: formatId('tpl', id),
      name,
      secretReplaced: clientSecret !== undefined,
      organizations: use.inForce,
    };
    await recordEvent(deps, { organizationId, kind: 'template.changed', actor: actorOf(caller), details });
  });
}

/**
 * Deletes a template that no connection uses, also none that a pilot leaves to the others, and none can be switched back to;
 * its open links end.
 * @throws organization.not-found, caller.denied, caller.stale-factor, template.not-found, template.in-use
 */
export async function deleteTemplate(deps: TemplateDeps, caller: Caller, { organizationId, id }: Named): Promise<void> {
  requireFreshFactor(caller, deps.clock.now());
  await inTransaction(deps, async (deps) => {
    requireAccess(caller, 'edit-authentication', await keepOrganization(deps, organizationId));
    const template = await selectTemplate(deps.db, organizationId, id, 'remove');
    if (template === undefined) throw new AppError('template.not-found');
    const { inForce, kept } = (await countUses(deps.db, [id], deps.clock.now())).get(id) ?? UNUSED;
    if (inForce + kept > 0) throw new AppError('template.in-use', { values: { inForce, kept } });
    await remove(deps.db, organizationId, id);
    const details = { template: formatId('tpl', id), name: template.name };
    await recordEvent(deps, { organizationId, kind: 'template.deleted', actor: actorOf(caller), details });
  });
}

async function unlessNameTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error, 'connection_template_name')) throw new AppError('template.name-taken');
    throw error;
  }
}
