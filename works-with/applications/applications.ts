import type { ApplicationDrive } from '../program.ts';
import { apacheModAuthOpenidc } from './apache-mod-auth-openidc/drive.ts';
import { miniflux } from './miniflux/drive.ts';
import { nodeRed } from './node-red/drive.ts';
import { oauth2Proxy } from './oauth2-proxy/drive.ts';
import { springSecurity } from './spring-security/drive.ts';

/** Applications that are driven, by the name of their folder. */
export const APPLICATIONS: Readonly<Record<string, ApplicationDrive>> = {
  'apache-mod-auth-openidc': apacheModAuthOpenidc,
  miniflux,
  'node-red': nodeRed,
  'oauth2-proxy': oauth2Proxy,
  'spring-security': springSecurity,
};
