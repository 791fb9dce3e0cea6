import { RESERVED_SCOPES } from './api-resource.ts';
import type { AllowedApplication, ApiResource, ApiScope, TokenFormat } from './api-resource.ts';
import {
  deleteApiResource,
  insertApiResource,
  replaceScopes,
  selectApiResource,
  selectApiResourcesOf,
  updateApiResource,
} from './api-resource-store.ts';
import type { ApiResourceFilter } from './api-resource-store.ts';
import { selectAllowedApplications } from './application-scope-store.ts';
import { checkAudience } from './check-audience.ts';
import { takeOverAudience } from './take-over-audience.ts';
import type { AuditFact } from '../../audit/audit-event.ts';
import { actorOf, recordEvent } from '../../audit/record-event.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import type { ApiResourceId, OrganizationId } from '../../base/ids.ts';
import { parsePlainName } from '../../base/plain-name.ts';
import { randomUuid } from '../../base/random.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside } from '../../db/database.ts';
import { requireAccess, requireFreshFactor } from '../../organizations/access.ts';
import type { Caller } from '../../organizations/access.ts';
import { findOrganization, keepOrganization } from '../../organizations/find-organization.ts';
import type { Organization } from '../../organizations/organization.ts';
import type { Texts } from '../../texts/catalog.ts';

interface Deps {
  db: Database;
  clock: Clock;
}

/** Which API resource of which organization. */
export interface WhichResource {
  organizationId: OrganizationId;
  apiResourceId: ApiResourceId;
}

/** What an administrator chooses; the audience of an API resource stays, applications and its API know it by that. */
export interface ApiResourceSettings {
  name: string;
  tokenFormat: TokenFormat;
  signingAlgorithm: 'ES256' | 'RS256';
  tokenLifetime: Seconds;
  scopes: ApiScope[];
  unregisteredApplications: boolean;
}

/**
 * A page of the API resources of an organization, by name.
 * @throws organization.not-found, caller.denied
 */
export async function listApiResources(
  deps: { db: Database },
  caller: Caller,
  filter: ApiResourceFilter,
): Promise<ApiResource[]> {
  requireAccess(caller, 'read', await findOrganization(deps, filter.organizationId));
  return selectApiResourcesOf(deps.db, filter);
}

/**
 * One API resource with the applications that may use it.
 * @throws organization.not-found, caller.denied, api-resource.not-found
 */
export async function readApiResource(
  deps: { db: Database },
  caller: Caller,
  input: WhichResource,
): Promise<{ resource: ApiResource; applications: AllowedApplication[] }> {
  requireAccess(caller, 'read', await findOrganization(deps, input.organizationId));
  const resource = await selectApiResource(deps.db, input.organizationId, input.apiResourceId);
  if (resource === undefined) throw new AppError('api-resource.not-found');
  return { resource, applications: await selectAllowedApplications(deps.db, resource.organizationId, resource.id) };
}

/**
 * Makes an API resource; no application may use it until it is allowed a scope. One of another organization under the same
 * identifier goes, where this organization verified its domain.
 * @throws organization.not-found, caller.denied, caller.stale-factor, input.malformed, api-resource.audience-taken
 */
export async function makeApiResource(
  deps: Deps & { config: { publicUrl: URL }; secrets: SecretBox; texts: Texts },
  caller: Caller,
  input: ApiResourceSettings & { organizationId: OrganizationId; audience: string },
): Promise<ApiResource> {
  return inTransaction(deps, async (deps) => {
    const owner = await requireOwner(deps, caller, input.organizationId);
    const isProven = await checkAudience(deps, owner, input.audience);
    const resource: ApiResource = {
      id: randomUuid() as ApiResourceId,
      organizationId: owner.id,
      ownerName: owner.name,
      audience: input.audience,
      ...settingsOf(input),
      version: 1,
      createdAt: deps.clock.now(),
    };
    const takenOver = isProven && (await takeOverAudience(deps, owner, input.audience));
    if (!(await insertApiResource(deps.db, resource))) throw new AppError('api-resource.audience-taken');
    await replaceScopes(deps.db, resource);
    await record(deps, caller, resource, {
      kind: 'api-resource.made',
      details: {
        ...nameOf(resource),
        scopes: resource.scopes.map(({ scope }) => scope),
        ...(resource.unregisteredApplications && { unregisteredApplications: true }),
        ...(takenOver && { takenOver }),
      },
    });
    return resource;
  });
}

/**
 * Changes an API resource. A scope that goes is taken from every application.
 * @throws organization.not-found, caller.denied, caller.stale-factor, api-resource.not-found, version.conflict,
 *   input.malformed
 */
export async function changeApiResource(
  deps: Deps,
  caller: Caller,
  input: ApiResourceSettings & WhichResource & { version: number },
): Promise<ApiResource> {
  return inTransaction(deps, async (deps) => {
    const before = await requireResource(deps, caller, input);
    const resource: ApiResource = { ...before, ...settingsOf(input), version: input.version + 1 };
    if (!(await updateApiResource(deps.db, resource, input.version))) throw new AppError('version.conflict');
    await replaceScopes(deps.db, resource);
    const names = { before: before.scopes.map((each) => each.scope), after: resource.scopes.map((each) => each.scope) };
    const changed = JSON.stringify(names.before) !== JSON.stringify(names.after);
    await record(deps, caller, resource, {
      kind: 'api-resource.changed',
      details: {
        ...nameOf(resource),
        ...(changed ? { scopes: names } : {}),
        ...(before.unregisteredApplications === resource.unregisteredApplications
          ? {}
          : { unregisteredApplications: resource.unregisteredApplications }),
      },
    });
    return resource;
  });
}

/**
 * Removes an API resource for good; `confirm` is its name. Opaque access tokens for it end at once, signed ones when they
 * expire.
 * @throws organization.not-found, caller.denied, caller.stale-factor, api-resource.not-found, confirmation.wrong
 */
export async function removeApiResource(
  deps: Deps,
  caller: Caller,
  input: WhichResource & { confirm: string },
): Promise<void> {
  await inTransaction(deps, async (deps) => {
    const resource = await requireResource(deps, caller, input);
    if (input.confirm.trim() !== resource.name) throw new AppError('confirmation.wrong');
    await deleteApiResource(deps.db, resource.organizationId, resource.id);
    await record(deps, caller, resource, { kind: 'api-resource.removed', details: nameOf(resource) });
  });
}

/** The API resource to be changed, locked; its owner is kept. */
async function requireResource(deps: Inside<Deps>, caller: Caller, input: WhichResource): Promise<ApiResource> {
  const owner = await requireOwner(deps, caller, input.organizationId);
  const resource = await selectApiResource(deps.db, owner.id, input.apiResourceId, 'update');
  if (resource === undefined) throw new AppError('api-resource.not-found');
  return resource;
}

/** The owner, kept from being removed, of which the caller may change applications and APIs. */
async function requireOwner(deps: Inside<Deps>, caller: Caller, id: OrganizationId): Promise<Organization> {
  const owner = requireAccess(caller, 'edit-applications', await keepOrganization(deps, id));
  requireFreshFactor(caller, deps.clock.now());
  return owner;
}

function settingsOf(input: ApiResourceSettings): ApiResourceSettings {
  const name = parsePlainName('name', input.name);
  const seen = new Set<string>();
  const scopes = input.scopes.map(({ scope, description }, i) => {
    const field = `scopes.${i}.scope`;
    if (RESERVED_SCOPES.has(scope)) throw malformed(field, 'scope-reserved');
    if (seen.has(scope)) throw malformed(field, 'duplicate');
    seen.add(scope);
    return { scope, description: parsePlainName(`scopes.${i}.description`, description) };
  });
  const { tokenFormat, signingAlgorithm, tokenLifetime, unregisteredApplications } = input;
  return { name, tokenFormat, signingAlgorithm, tokenLifetime, unregisteredApplications, scopes };
}

function malformed(field: string, code: 'scope-reserved' | 'duplicate'): AppError {
  return new AppError('input.malformed', { fields: [fieldError(field, code)] });
}

async function record(deps: Inside<Deps>, caller: Caller, resource: ApiResource, fact: AuditFact): Promise<void> {
  await recordEvent(deps, { ...fact, organizationId: resource.organizationId, actor: actorOf(caller) });
}

function nameOf({ audience, name }: ApiResource): { resource: string; name: string } {
  return { resource: audience, name };
}
