import type { BodyOf, OutputOf } from '../../src/api/contract/route.ts';
import type { Contract } from '../../src/api/contract/all-routes.ts';
import type { ApiClient } from './api-client.ts';

type Settings = BodyOf<Contract['saveAuthentication']>['settings'];

/** Creates a managed organization and tells where its identity provider has to send people back, by credential. */
export async function addOrganization(
  api: ApiClient,
  name: string,
): Promise<{ id: string; redirectUrls: OutputOf<Contract['getAuthentication']>['redirectUrls'] }> {
  const { id } = await api.call('createOrganization', { body: { name } });
  const { redirectUrls } = await api.call('getAuthentication', { params: { organizationId: id } });
  return { id, redirectUrls };
}

/** **Save** in the pane *Authentication settings*, the host typed where it is asked for; the domain's addresses are steered there in the same step. */
export async function chooseMethod(
  api: ApiClient,
  organizationId: string,
  settings: Settings,
  domain: string,
): Promise<void> {
  const params = { organizationId };
  const { version } = await api.call('getAuthentication', { params });
  const { confirmHost } = await api.call('checkAuthentication', { params, body: { settings } });
  const typed = confirmHost === null ? {} : { confirmHost };
  await api.call('saveAuthentication', { params, body: { settings, ...typed, routeDomains: [domain], version } });
}

/** Registers a first-party application at an address; gives what it has to know of itself. */
export async function registerApplication(
  api: ApiClient,
  organizationId: string,
  application: Omit<BodyOf<Contract['registerApplication']>, 'kind' | 'firstParty'>,
): Promise<{ clientId: string; clientSecret: string }> {
  const registered = await api.call('registerApplication', {
    params: { organizationId },
    body: { ...application, kind: 'web', firstParty: true },
  });
  return { clientId: registered.application.clientId, clientSecret: registered.clientSecret ?? '' };
}

/** Invites addresses; throws when one of them was not. */
export async function invite(api: ApiClient, organizationId: string, addresses: readonly string[]): Promise<void> {
  const { results } = await api.call('inviteUsers', {
    params: { organizationId },
    body: { addresses: addresses.join('\n') },
  });
  const failed = results
    .filter(({ outcome }) => outcome !== 'invited')
    .map(({ typed, outcome }) => `${typed}: ${outcome}`);
  if (failed.length > 0) throw new Error(`not invited: ${failed.join(', ')}`);
}
