import type { ApplicationPreset } from '../preset.ts';
import { preset as apacheModAuthOpenidc } from './apache-mod-auth-openidc/settings.ts';
import { preset as miniflux } from './miniflux/settings.ts';
import { preset as nodeRed } from './node-red/settings.ts';
import { preset as oauth2Proxy } from './oauth2-proxy/settings.ts';
import { preset as springSecurity } from './spring-security/settings.ts';

/** Every program that is connected by a preset, by name. One line each. */
export const PRESETS: readonly ApplicationPreset[] = [
  apacheModAuthOpenidc,
  miniflux,
  nodeRed,
  oauth2Proxy,
  springSecurity,
];
