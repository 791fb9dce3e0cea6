import type { AssetFile } from './assets/login-assets.ts';
import { mountCallback } from './connection/callback-routes.ts';
import { mountClientKeys } from './connection/key-routes.ts';
import { mountConsent } from './consent/consent-routes.ts';
import type { LoginDoor } from './login-deps.ts';
import { mountProviderLogout } from './logout/provider-logout-routes.ts';
import { mountLogin } from './routes.ts';
import { mountSetup } from './setup/setup-routes.ts';
import type { Server } from '../http/server.ts';

/** Every address of the login door: pages for people, and what identity providers send to and read here. */
export async function mountLoginDoor(server: Server, door: LoginDoor, assets: AssetFile[]): Promise<void> {
  mountLogin(server, door, assets);
  mountSetup(server, door);
  mountConsent(server, door);
  mountClientKeys(server, door);
  await mountCallback(server, door);
  await mountProviderLogout(server, door);
}
