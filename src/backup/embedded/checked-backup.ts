import type { Manifest } from '../archive/manifest.ts';

/** A backup that is whole and that this version can restore. */
export interface CheckedBackup {
  file: string;
  manifest: Manifest;
}
