import type { ApplicationDrive } from '../program.ts';
import { miniflux } from './miniflux/drive.ts';

/** Applications that are driven, by the name of their folder. */
export const APPLICATIONS: Readonly<Record<string, ApplicationDrive>> = {
  miniflux,
};
