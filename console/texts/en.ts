import { otherPrograms } from './applications/en-other.ts';
import { tryIt } from './applications/en-try.ts';
import { programs } from './applications/en-programs.ts';
import { applications } from './applications/en-applications.ts';
import { unregisteredApplications } from './applications/en-unregistered.ts';
import { applicationHealth } from './applications/en-health.ts';
import { templates } from './connections/en-templates.ts';
import { domainWait } from './domains/en-domain-wait.ts';
import { events } from './en-events.ts';
import { first } from './en-first.ts';
import { aroundGuides } from './en-guides.ts';
import { limits } from './organization/en-limits.ts';
import { mailKinds } from './mails/en-mail-kinds.ts';
import { mailStates } from './mails/en-mail-states.ts';
import { apiResources } from './resources/en-api-resources.ts';
import { system } from './system/en-system.ts';
import { userMails } from './users/en-user-mails.ts';
import { guides } from '../../src/texts/guides/en-guides.ts';

/**
 * English: every text of the console. ICU message syntax; `{product}` is always there. Guides and events are many, and come
 * with the pages that show them (add-guides.ts, add-events.ts), as do the texts of a wait (domains/), those of templates (connections/), those of
 * applications, their health and programs (applications/), those of API resources (resources/), of limits (organization/), of
 * mails (mails/, users/) and of the system (system/).
 */
export const en = {
  ...first,
  ...aroundGuides,
  ...guides,
  ...events,
  ...domainWait,
  ...templates,
  ...programs,
  ...otherPrograms,
  ...tryIt,
  ...limits,
  ...apiResources,
  ...applications,
  ...unregisteredApplications,
  ...applicationHealth,
  ...system,
  ...userMails,
  ...mailKinds,
  ...mailStates,
} as const;
