import type { ApiResource } from '../../../src/api/contract/resources/api-resources.ts';
import { t } from '../../texts/t.ts';

/** What the form of an API resource holds. */
export interface ApiResourceValues {
  name: string;
  audience: string;
  tokenFormat: ApiResource['tokenFormat'];
  signingAlgorithm: ApiResource['signingAlgorithm'];
  /** In minutes, as typed. */
  lifetime: string;
  scopes: ScopeValues[];
  unregisteredApplications: boolean;
}

export interface ScopeValues {
  /** Names the line while it is edited. */
  key: string;
  scope: string;
  description: string;
}

const SCOPE = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$/;

/** An empty line. */
export function newScope(): ScopeValues {
  return { key: crypto.randomUUID(), scope: '', description: '' };
}

export function emptyApiResource(): ApiResourceValues {
  return {
    name: '',
    audience: '',
    tokenFormat: 'jwt',
    signingAlgorithm: 'RS256',
    lifetime: '10',
    scopes: [newScope()],
    unregisteredApplications: false,
  };
}

export function valuesOf(resource: ApiResource): ApiResourceValues {
  return {
    name: resource.name,
    audience: resource.audience,
    tokenFormat: resource.tokenFormat,
    signingAlgorithm: resource.signingAlgorithm,
    lifetime: String(resource.tokenLifetime / 60),
    scopes: resource.scopes.map((each) => ({ ...each, key: each.scope })),
    unregisteredApplications: resource.unregisteredApplications,
  };
}

/** What is sent, but the identifier, which never changes. Lines without anything are left out. */
export function settingsOf(values: ApiResourceValues) {
  const { name, tokenFormat, signingAlgorithm, lifetime, scopes, unregisteredApplications } = values;
  return {
    unregisteredApplications,
    name: name.trim(),
    tokenFormat,
    signingAlgorithm,
    tokenLifetime: Math.round(Number(lifetime) * 60),
    scopes: scopes
      .map(({ scope, description }) => ({ scope: scope.trim(), description: description.trim() }))
      .filter(({ scope, description }) => scope !== '' || description !== ''),
  };
}

/** As {@link validate}, for adding one: without a scope no application could be allowed anything there. */
export function validateNew(values: ApiResourceValues): Record<string, string> {
  const none = values.scopes.every(({ scope, description }) => scope.trim() === '' && description.trim() === '');
  return { ...validate(values), ...(none ? { 'scopes.0.scope': t('api-resource.scope.missing') } : {}) };
}

/** What can be seen without asking. The service knows the full rules. */
export function validate(values: ApiResourceValues): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (values.name.trim() === '') wrong['name'] = t('field.required');
  if (values.audience.trim() === '') wrong['audience'] = t('field.required');
  const minutes = Number(values.lifetime);
  if (!Number.isFinite(minutes) || minutes < 1 || minutes > 60) {
    wrong['tokenLifetime'] = t('api-resource.lifetime.wrong');
  }
  values.scopes.forEach(({ scope, description }, i) => {
    if (scope.trim() === '' && description.trim() === '') return;
    if (!SCOPE.test(scope.trim())) wrong[`scopes.${i}.scope`] = t('api-resource.scope.wrong');
    if (description.trim() === '') wrong[`scopes.${i}.description`] = t('field.required');
  });
  return wrong;
}
