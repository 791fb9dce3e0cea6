import type { ApplicationPreset } from '../preset.ts';
import { preset as actualBudget } from './actual-budget/settings.ts';
import { preset as apacheModAuthOpenidc } from './apache-mod-auth-openidc/settings.ts';
import { preset as directus } from './directus/settings.ts';
import { preset as djangoAllauth } from './django-allauth/settings.ts';
import { preset as expressOpenidConnect } from './express-openid-connect/settings.ts';
import { preset as miniflux } from './miniflux/settings.ts';
import { preset as nodeRed } from './node-red/settings.ts';
import { preset as oauth2Proxy } from './oauth2-proxy/settings.ts';
import { preset as panel } from './panel/settings.ts';
import { preset as springSecurity } from './spring-security/settings.ts';

/** Every program that is connected by a preset, by name. One line each. */
export const PRESETS: readonly ApplicationPreset[] = [
  actualBudget,
  apacheModAuthOpenidc,
  directus,
  djangoAllauth,
  expressOpenidConnect,
  miniflux,
  nodeRed,
  oauth2Proxy,
  panel,
  springSecurity,
];
