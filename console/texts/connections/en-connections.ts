import { clientKeys } from './en-client-keys.ts';
import { clientSecrets } from './en-client-secrets.ts';
import { holds } from './en-holds.ts';
import { logout } from './en-logout.ts';
import { mapping } from './en-mapping.ts';
import { roles } from './en-roles.ts';
import { templateNames } from './en-template-names.ts';
import { trials } from './en-trials.ts';

/** What section *Authentication* says of a connection. */
export const connections = {
  ...clientKeys,
  ...clientSecrets,
  ...holds,
  ...logout,
  ...mapping,
  ...roles,
  ...templateNames,
  ...trials,
} as const;
