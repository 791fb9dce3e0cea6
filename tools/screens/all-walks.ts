import type { Walk } from './screen.ts';
import { apiResources } from './walks/console/api-resources.ts';
import { applicationHealth } from './walks/console/application-health.ts';
import { connectionCards } from './walks/console/connection-cards.ts';
import { credentials } from './walks/console/credentials.ts';
import { consoleDomains } from './walks/console/domains.ts';
import { device } from './walks/login/device.ts';
import { door, proofs } from './walks/login/the-door.ts';
import { holds } from './walks/console/holds.ts';
import { invitations, securityKeys } from './walks/login/invitations.ts';
import { ownPages } from './walks/login/own-pages.ts';
import { programs } from './walks/console/programs.ts';
import { refusedRequests } from './walks/login/refused-requests.ts';
import { providers } from './walks/login/providers.ts';
import { system } from './walks/console/system.ts';
import { userMails } from './walks/console/user-mails.ts';
import { trials } from './walks/console/trials.ts';
import { standIn } from './walks/login/the-stand-in.ts';
import { templates } from './walks/console/templates.ts';
import { waitingDomains } from './walks/console/waiting-domains.ts';
import { why } from './walks/console/why.ts';
import { setupLinks } from './walks/login/setup-links.ts';
import {
  consoleApplications,
  consoleAuthentication,
  consoleOrganizations,
  consoleUsers,
} from './walks/console/the-console.ts';

/** The pages of the login door. */
export const LOGIN_WALKS: readonly Walk[] = [
  door,
  invitations,
  securityKeys,
  proofs,
  providers,
  ownPages,
  refusedRequests,
  setupLinks,
  standIn,
  device,
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
  programs,
  apiResources,
  applicationHealth,
  trials,
  why,
  connectionCards,
  templates,
  system,
  userMails,
];
