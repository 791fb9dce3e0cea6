import type { Walk } from './screen.ts';
import { connectionCards } from './walk-connection-cards.ts';
import { credentials } from './walk-credentials.ts';
import { consoleDomains } from './walk-domains.ts';
import { door, proofs } from './walk-the-door.ts';
import { holds } from './walk-holds.ts';
import { invitations, securityKeys } from './walk-invitations.ts';
import { ownPages } from './walk-own-pages.ts';
import { providers } from './walk-providers.ts';
import { trials } from './walk-trials.ts';
import { standIn } from './walk-the-stand-in.ts';
import { templates } from './walk-templates.ts';
import { waitingDomains } from './walk-waiting-domains.ts';
import { why } from './walk-why.ts';
import { setupLinks } from './walk-setup-links.ts';
import { consoleApplications, consoleAuthentication, consoleOrganizations, consoleUsers } from './walk-the-console.ts';

/** The pages of the login door. */
export const LOGIN_WALKS: readonly Walk[] = [
  door,
  invitations,
  securityKeys,
  proofs,
  providers,
  ownPages,
  setupLinks,
  standIn,
];

/** The pages and dialogs of the console. */
export const CONSOLE_WALKS: readonly Walk[] = [
  // First: other walks change how Contoso logs in.
  holds,
  consoleOrganizations,
  consoleDomains,
  waitingDomains,
  consoleAuthentication,
  credentials,
  consoleUsers,
  consoleApplications,
  trials,
  why,
  connectionCards,
  templates,
];
