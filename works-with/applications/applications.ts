import type { ApplicationDrive } from '../program.ts';
import { miniflux } from './miniflux/drive.ts';
import { nodeRed } from './node-red/drive.ts';
import { oauth2Proxy } from './oauth2-proxy/drive.ts';

/** Applications that are driven, by the name of their folder. */
export const APPLICATIONS: Readonly<Record<string, ApplicationDrive>> = {
  miniflux,
  'node-red': nodeRed,
  'oauth2-proxy': oauth2Proxy,
};
