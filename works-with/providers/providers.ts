import type { ProviderDrive } from '../program.ts';
import { authlib } from './authlib/drive.ts';
import { betterAuth } from './better-auth/drive.ts';
import { canaille } from './canaille/drive.ts';
import { djangoOauthToolkit } from './django-oauth-toolkit/drive.ts';
import { glewlwyd } from './glewlwyd/drive.ts';
import { keycloak } from './keycloak/drive.ts';
import { lemonldapNg } from './lemonldap-ng/drive.ts';
import { nodeOidcProvider } from './node-oidc-provider/drive.ts';
import { polis } from './polis/drive.ts';
import { springAuthorizationServer } from './spring-authorization-server/drive.ts';

/** Identity providers that are driven, by the name of their folder. */
export const PROVIDERS: Readonly<Record<string, ProviderDrive>> = {
  authlib,
  'better-auth': betterAuth,
  canaille,
  'django-oauth-toolkit': djangoOauthToolkit,
  glewlwyd,
  keycloak,
  'lemonldap-ng': lemonldapNg,
  'node-oidc-provider': nodeOidcProvider,
  polis,
  'spring-authorization-server': springAuthorizationServer,
};
