import type { ProviderDrive } from '../program.ts';
import { authlib } from './authlib/drive.ts';
import { betterAuth } from './better-auth/drive.ts';
import { canaille } from './canaille/drive.ts';
import { djangoOauthToolkit } from './django-oauth-toolkit/drive.ts';
import { keycloak } from './keycloak/drive.ts';
import { nodeOidcProvider } from './node-oidc-provider/drive.ts';
import { springAuthorizationServer } from './spring-authorization-server/drive.ts';

/** Identity providers that are driven, by the name of their folder. */
export const PROVIDERS: Readonly<Record<string, ProviderDrive>> = {
  authlib,
  'better-auth': betterAuth,
  canaille,
  'django-oauth-toolkit': djangoOauthToolkit,
  keycloak,
  'node-oidc-provider': nodeOidcProvider,
  'spring-authorization-server': springAuthorizationServer,
};
