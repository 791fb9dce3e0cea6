/**
 * Hosts of identity providers that many organizations share, by their own documentation. A name with a dot before it stands
 * for every host below it: there each customer of the provider has one. What stands here is no trust: it only spares an
 * administrator from typing the host again.
 */
export const WELL_KNOWN_HOSTS = [
  // Microsoft Entra ID: global, US Government, China
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'sts.windows.net',
  // Google
  'accounts.google.com',
  // Okta
  '.okta.com',
  '.okta-emea.com',
  '.oktapreview.com',
  '.okta-gov.com',
  // Auth0
  '.auth0.com',
  // PingOne, by region
  'auth.pingone.com',
  'auth.pingone.eu',
  'auth.pingone.ca',
  'auth.pingone.asia',
  'auth.pingone.com.au',
  'auth.pingone.sg',
  // OneLogin
  '.onelogin.com',
  // JumpCloud, by region
  'oauth.id.jumpcloud.com',
  'oauth.id.eu.jumpcloud.com',
  // GitLab
  'gitlab.com',
] as const;

/** Whether a host, without port, is one of them. */
export function isWellKnownHost(host: string): boolean {
  return WELL_KNOWN_HOSTS.some((known) => (known.startsWith('.') ? host.endsWith(known) : host === known));
}
