import type { AppError } from '../base/errors.ts';
import type { InstallationDeps } from './installation/installation.ts';
import { sentenceOf } from './terminal.ts';

/** One thing that `gatehouse doctor` looked at. */
export interface Finding {
  check:
    | 'settings'
    | 'folder'
    | 'master-key'
    | 'service'
    | 'database'
    | 'encryption'
    | 'connections'
    | 'schema'
    | 'migrating'
    | 'roles'
    | 'partitions'
    | 'unknown-applications'
    | 'backup'
    | 'log'
    | 'mail'
    | 'clock';
  good: boolean;
  message: string;
}

/** A finding that something is wrong, from the refusal that `serve` would end with. Throws what is no such refusal. */
export function refusal(error: unknown, { t }: Pick<InstallationDeps, 't'>): Finding {
  const { code } = error as Partial<AppError>;
  if (code === undefined || !(code in CHECKS)) throw error;
  return { check: CHECKS[code as keyof typeof CHECKS], good: false, message: sentenceOf(error as AppError, t) };
}

const CHECKS = {
  'data.master-key': 'master-key',
  'data.other-master-key': 'master-key',
  'data.folder': 'folder',
  'data.full': 'folder',
  'database.unavailable': 'database',
  'database.too-old': 'database',
  'database.encoding': 'database',
  'database.other-version': 'database',
  'database.occupied': 'schema',
  'database.roles': 'roles',
  'database.newer': 'schema',
  'setting.wrong': 'settings',
} as const;
