import { applicationFailures } from './applications/en-application-failures.ts';
import { cliBackups } from './cli/en-cli-backups.ts';
import { cliKeys } from './cli/en-cli-keys.ts';
import { cli } from './cli/en-cli.ts';
import { connections } from './en-connections.ts';
import { consents } from './connections/en-consents.ts';
import { diagnosis } from './connections/en-diagnosis.ts';
import { places } from './connections/en-places.ts';
import { domains } from './en-domains.ts';
import { expiry } from './connections/en-expiry.ts';
import { entra } from './connections/en-entra.ts';
import { errors } from './en-errors.ts';
import { fields } from './en-fields.ts';
import { holds } from './connections/en-holds.ts';
import { links } from './en-links.ts';
import { login } from './en-login.ts';
import { mail } from './en-mail.ts';
import { providerDocuments } from './connections/en-provider-documents.ts';
import { people } from './en-people.ts';
import { roles } from './connections/en-roles.ts';
import { guides } from './guides/en-guides.ts';
import { setupLinks } from './connections/en-setup-links.ts';
import { logout } from './connections/en-logout.ts';
import { system } from './en-system.ts';
import { trials } from './connections/en-trials.ts';

/**
 * English: every text a person reads outside the console. ICU message syntax; `{product}` is always there.
 * A part of the product keeps its texts in a file of its own beside this one.
 */
export const en = {
  ...applicationFailures,
  ...errors,
  ...fields,
  ...cli,
  ...cliBackups,
  ...cliKeys,
  ...connections,
  ...consents,
  ...holds,
  ...diagnosis,
  ...places,
  ...providerDocuments,
  ...domains,
  ...entra,
  ...expiry,
  ...mail,
  ...login,
  ...links,
  ...people,
  ...roles,
  ...setupLinks,
  ...guides,
  ...logout,
  ...trials,
  ...system,
  'console.title': 'Configuration',
  'console.no-script': 'The console needs JavaScript. Logging in works without it.',
  'api.errors.title': 'Error codes of {product}',
} as const;
