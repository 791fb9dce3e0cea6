import type { ApplicationDrive } from '../program.ts';
import { actualBudget } from './actual-budget/drive.ts';
import { apacheModAuthOpenidc } from './apache-mod-auth-openidc/drive.ts';
import { directus } from './directus/drive.ts';
import { djangoAllauth } from './django-allauth/drive.ts';
import { expressOpenidConnect } from './express-openid-connect/drive.ts';
import { miniflux } from './miniflux/drive.ts';
import { nodeRed } from './node-red/drive.ts';
import { oauth2Proxy } from './oauth2-proxy/drive.ts';
import { panel } from './panel/drive.ts';
import { springSecurity } from './spring-security/drive.ts';

/** Applications that are driven, by the name of their folder. */
export const APPLICATIONS: Readonly<Record<string, ApplicationDrive>> = {
  'actual-budget': actualBudget,
  'apache-mod-auth-openidc': apacheModAuthOpenidc,
  directus,
  'django-allauth': djangoAllauth,
  'express-openid-connect': expressOpenidConnect,
  miniflux,
  'node-red': nodeRed,
  'oauth2-proxy': oauth2Proxy,
  panel,
  'spring-security': springSecurity,
};
