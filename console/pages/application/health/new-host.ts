import type { Application } from '../../../../src/api/contract/applications.ts';

/** The host of an address, to be typed, where no registered address has it; null where one has. */
export function newHostOf(
  { redirectUris, postLogoutRedirectUris }: Pick<Application, 'redirectUris' | 'postLogoutRedirectUris'>,
  address: string,
): string | null {
  const host = hostOf(address);
  return [...redirectUris, ...postLogoutRedirectUris].some((one) => hostOf(one) === host) ? null : host;
}

/** Scheme and all where an address has no host: one of an application's own. */
function hostOf(address: string): string {
  const host = URL.canParse(address) ? new URL(address).host : '';
  return host === '' ? address.replace(/[:/].*$/, '') : host;
}
