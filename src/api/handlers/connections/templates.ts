import { countProviderCall, depsOf, explanationOf, refusalOf } from '../authentication.ts';
import { byName, pageFrom, readCursor } from '../cursor.ts';
import type { ApiDeps, Handler, OutsideHandler } from '../handler.ts';
import { instant } from '../present.ts';
import { AppError } from '../../../base/errors.ts';
import { formatId, parseId } from '../../../base/ids.ts';
import type { OrganizationId, TemplateId } from '../../../base/ids.ts';
import { askConsent, revokeConsent as revoke } from '../../../connections/template/ask-consent.ts';
import type { ConsentPlace } from '../../../connections/template/ask-consent.ts';
import { listConsents as list } from '../../../connections/template/find-consents.ts';
import type { ConsentLine } from '../../../connections/template/find-consents.ts';
import {
  changeTemplate as change,
  createTemplate as create,
  deleteTemplate as remove,
  listTemplates as listOf,
  readTemplate,
} from '../../../connections/template/manage-templates.ts';
import type { TemplateWithUse } from '../../../connections/template/manage-templates.ts';
import { templateUrls } from '../../../connections/template/template.ts';
import { turnOnConsent } from '../../../connections/template/turn-on-consent.ts';
import type { Inside } from '../../../db/database.ts';
import type { Caller } from '../../../organizations/access.ts';
import { fieldSentence } from '../../../texts/field-sentence.ts';
import type { Text } from '../../../texts/catalog.ts';

/** Connection templates, by name. */
export const listTemplates: Handler<'listTemplates'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byName, query.cursor);
  const rows = await listOf(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    search: query.search,
    after: place && { name: place[0], id: place[1] as TemplateId },
    limit: query.limit + 1,
  });
  return pageFrom(rows, query.limit, {
    total: null,
    place: ({ template }) => [template.name, template.id],
    item: (row) => out(deps, row),
  });
};

/** *Add template*. */
export const createTemplate: Handler<'createTemplate'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const { clientSecret = null, ...entered } = body;
  const { id } = await create(deps, caller, {
    ...entered,
    organizationId,
    clientSecret,
    credentialExpiresAt: toDate(body.credentialExpiresAt),
  });
  return show(deps, caller, { organizationId, id });
};

/** One. */
export const getTemplate: Handler<'getTemplate'> = async ({ deps, caller, params }) =>
  show(deps, caller, named(params));

/** Rename, replace the secret. */
export const changeTemplate: Handler<'changeTemplate'> = async ({ deps, caller, params, body }) => {
  const { credentialExpiresAt: expires, ...rest } = body;
  const credentialExpiresAt = expires === undefined ? undefined : toDate(expires);
  await change(deps, caller, { ...named(params), ...rest, credentialExpiresAt });
  return show(deps, caller, named(params));
};

/** Delete. */
export const deleteTemplate: Handler<'deleteTemplate'> = async ({ deps, caller, params }) => {
  await remove(deps, caller, named(params));
  return undefined;
};

/** Every organization below, with how far it is. */
export const listConsents: Handler<'listConsents'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byName, query.cursor);
  const { organizationId: ownerId, id: templateId } = named(params);
  const { lines, states } = await list(deps, caller, {
    ownerId,
    templateId,
    search: query.search,
    state: query.state,
    after: place && { name: place[0], id: place[1] as OrganizationId },
    limit: query.limit + 1,
  });
  const all = Object.values(states).reduce((sum, count) => sum + count, 0);
  const total = query.state === undefined ? all : (states[query.state] ?? 0);
  const page = pageFrom(lines, query.limit, {
    total,
    place: (line) => [line.name, line.organizationId],
    item: (line) => consentOut(deps.t, line),
  });
  return { ...page, states };
};

/** Links for several organizations, each in a transaction of its own. */
export const askConsents: OutsideHandler<'askConsents'> = async (context) => {
  const { deps, caller, params, body, transact } = context;
  const { organizationId: ownerId, id: templateId } = named(params);
  await transact(async (db) => readTemplate({ ...deps, db }, caller, named(params)));
  const results = [];
  for (const { organizationId, email } of body.organizations) {
    const asked = await attempt(deps.t, organizationId, async (place) =>
      transact(async (db) => askConsent({ ...deps, db }, caller, { ...place, email, send: body.send })),
    )({ ownerId, templateId });
    results.push({ ...asked.result, url: asked.value?.url ?? null });
  }
  return { results };
};

/** *Turn on*, several; each in transactions of its own, the provider is asked for each. */
export const turnOnConsents: OutsideHandler<'turnOnConsents'> = async (context) => {
  const { deps, caller, params, body, transact } = context;
  const { organizationId: ownerId, id: templateId } = named(params);
  await transact(async (db) => readTemplate({ ...deps, db }, caller, named(params)));
  const results = [];
  for (const { organizationId, directoryId } of body.organizations) {
    const turned = await attempt(deps.t, organizationId, async (place) => {
      await countProviderCall(context, place.organizationId);
      const saved = await turnOnConsent(depsOf(context), caller, { ...place, directoryId });
      if (!saved.saved) throw refusalOf(saved);
    })({ ownerId, templateId });
    results.push(turned.result);
  }
  return { results };
};

/** End a link. */
export const revokeConsent: Handler<'revokeConsent'> = async ({ deps, caller, params, body }) => {
  const { organizationId: ownerId, id: templateId } = named(params);
  await revoke(deps, caller, { ownerId, templateId, organizationId: parseId('org', body.managedOrganizationId) });
  return undefined;
};

/** Does something for one organization of several: a refusal is its result, and ends nothing for the others. */
function attempt<T>(t: Text, outside: string, work: (place: ConsentPlace) => Promise<T>) {
  return async (of: Omit<ConsentPlace, 'organizationId'>) => {
    try {
      const value = await work({ ...of, organizationId: parseId('org', outside) });
      return { result: { organizationId: outside, done: true, problem: null }, value };
    } catch (error) {
      // Of the whole request, not of one organization.
      if (!(error instanceof AppError) || error.code === 'caller.stale-factor') throw error;
      const [field] = error.fields;
      const message = field === undefined ? t(`error.${error.code}`, error.values) : fieldSentence(t, field);
      return { result: { organizationId: outside, done: false, problem: { code: error.code, message } } };
    }
  };
}

function named(params: { organizationId: string; templateId: string }) {
  return { organizationId: parseId('org', params.organizationId), id: parseId('tpl', params.templateId) };
}

async function show(deps: Inside<ApiDeps>, caller: Caller, about: ReturnType<typeof named>) {
  return out(deps, await readTemplate(deps, caller, about));
}

function out({ config }: Pick<ApiDeps, 'config'>, { template, use }: TemplateWithUse) {
  const { login, consent } = templateUrls(config.publicUrl.href, template);
  return {
    id: formatId('tpl', template.id),
    organizationId: formatId('org', template.organizationId),
    name: template.name,
    clientId: template.clientId,
    cloud: template.cloud as 'global',
    credential: template.credential,
    clientSecretSetAt: instant(template.clientSecretSetAt),
    credentialExpiresAt: instant(template.credentialExpiresAt),
    redirectUrls: { login, consent },
    use,
    version: template.version,
    createdAt: instant(template.createdAt),
  };
}

function consentOut(t: Text, line: ConsentLine) {
  return {
    organization: {
      id: formatId('org', line.organizationId),
      name: line.name,
      method: line.method,
      users: line.users,
    },
    state: line.state,
    email: line.email,
    sentAt: instant(line.sentAt),
    expiresAt: instant(line.expiresAt),
    directoryId: line.directoryId,
    consentedAt: instant(line.consentedAt),
    testedAt: instant(line.testedAt),
    testedBy: line.testedBy,
    ownDomain: line.ownDomain,
    failure: line.failure === null ? null : explanationOf(t, line.failure, line.failureValues),
    turnedOnAt: instant(line.turnedOnAt),
  };
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
