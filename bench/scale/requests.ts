import type { RouteName } from '../../src/api/contract/all-routes.ts';
import { formatId } from '../../src/base/ids.ts';
import type { OrganizationId, UserId } from '../../src/base/ids.ts';
import type { Filled } from './seed.ts';

/** One measured request: what it asks for, and where. */
export interface Measured {
  /** What is asked, in words. */
  what: string;
  query?: Readonly<Record<string, string>>;
  /** In place of the largest organization. */
  at?: 'root';
  /** Asks for the page after the first. */
  next?: true;
}

const ROOT = { at: 'root' } as const;

/**
 * What is measured of each list of the API, and of the pages that count. A test holds that no list is missing, and no filter
 * of one.
 */
export const MEASURED: Partial<Record<RouteName, readonly Measured[]>> = {
  listOrganizations: [
    { what: 'first page' },
    { what: 'second page', next: true },
    { what: 'by a frequent word', query: { search: 'adventure' } },
    { what: 'by a part of a word', query: { search: 'ranite' } },
    { what: 'by a domain', query: { search: 'customer77' } },
    { what: 'by what nobody has', query: { search: 'zzzz' } },
    { what: 'of a method', query: { method: 'built-in' } },
    { what: 'of a method and a word', query: { method: 'built-in', search: 'partners' } },
    { what: 'below one', query: { below: 'largest' } },
  ],
  listUsers: [
    { what: 'first page' },
    { what: 'second page', next: true },
    { what: 'by one letter', query: { search: 'a' } },
    { what: 'by a frequent first name', query: { search: 'anna' } },
    { what: 'by a last name', query: { search: 'zeller' } },
    { what: 'by first and last name', query: { search: 'yara berg' } },
    { what: 'by an address', query: { search: 'davidrichter143@' } },
    { what: 'by the domain of all', query: { search: 'customer1.example' } },
    { what: 'by what nobody has', query: { search: 'zzzz' } },
    { what: 'of a search, second page', query: { search: 'anna' }, next: true },
    { what: 'pending', query: { status: 'pending' } },
    { what: 'disabled', query: { status: 'disabled' } },
    { what: 'disabled, by a frequent first name', query: { status: 'disabled', search: 'anna' } },
  ],
  listUserMails: [{ what: 'first page' }],
  listAffectedUsers: [
    { what: 'who gets a code mailed', query: { only: 'mailed-code' } },
    { what: 'by a frequent first name', query: { only: 'mailed-code', search: 'anna' } },
    { what: 'by what nobody has', query: { only: 'mailed-code', search: 'zzzz' } },
  ],
  listDomains: [{ what: 'all' }],
  listSetupLinks: [
    { what: 'first page', ...ROOT },
    { what: 'by an address', query: { search: 'admin7@' }, ...ROOT },
  ],
  listTemplates: [
    { what: 'first page', ...ROOT },
    { what: 'by a name', query: { search: 'registration 7' }, ...ROOT },
  ],
  listConsents: [
    { what: 'first page', ...ROOT },
    { what: 'by a word', query: { search: 'adventure' }, ...ROOT },
    { what: 'not asked yet', query: { state: 'not-asked' }, ...ROOT },
  ],
  listCredentials: [
    { what: 'first page' },
    { what: 'within 30 days', query: { within: '30' } },
    { what: 'by a word', query: { search: 'adventure' } },
  ],
  listTrials: [{ what: 'first page', ...ROOT }],
  listInvitations: [
    { what: 'open' },
    { what: 'open, second page', next: true },
    { what: 'all', query: { state: 'all' } },
  ],
  listApplications: [
    { what: 'first page', ...ROOT },
    { what: 'by a name', query: { search: 'payroll' }, ...ROOT },
  ],
  listUnregisteredApplications: [{ what: 'all (at most 50)' }],
  listAllowedResources: [{ what: 'all', ...ROOT }],
  listApplicationSecrets: [{ what: 'all', ...ROOT }],
  listApiResources: [
    { what: 'first page', ...ROOT },
    { what: 'by a name', query: { search: 'api 7' }, ...ROOT },
  ],
  listApiTokens: [{ what: 'first page', ...ROOT }],
  listLogins: [
    { what: 'first page' },
    { what: 'second page', next: true },
    { what: 'of the root, with those of nobody', ...ROOT },
    { what: 'by a reference', query: { search: 'reference' } },
    { what: 'by an address', query: { search: 'davidrichter143@' } },
    { what: 'by a frequent first name', query: { search: 'anna' } },
    { what: 'by a last name', query: { search: 'zeller' } },
    { what: 'by the domain of all', query: { search: 'customer1.example' } },
    { what: 'by what nobody has', query: { search: 'zzzz' } },
    { what: 'of a user', query: { userId: 'user' } },
    { what: 'refused', query: { outcome: 'refused' } },
    { what: 'failed (there is none)', query: { outcome: 'failed' } },
  ],
  listAuditEvents: [
    { what: 'first page' },
    { what: 'second page', next: true },
    { what: 'about a user or by it', query: { userId: 'user' } },
    { what: 'by a user who did much', query: { userId: 'busy' } },
    { what: 'of a frequent kind', query: { kind: 'login.finished' } },
    { what: 'of a rare kind (there is none)', query: { kind: 'connection.configured' } },
  ],
  listMails: [
    { what: 'first page', ...ROOT },
    { what: 'second page', next: true, ...ROOT },
    { what: 'failed', query: { state: 'failed' }, ...ROOT },
    { what: 'by one letter', query: { search: 'a' }, ...ROOT },
    { what: 'by what nobody has', query: { search: 'zzzz' }, ...ROOT },
  ],
  getMe: [{ what: 'who calls, its organization counted' }],
  getOrganization: [{ what: 'the largest' }, { what: 'the root', ...ROOT }],
  getAuthentication: [{ what: 'the largest' }],
  getHealth: [{ what: 'the largest' }],
};

/** Values of query parameters that name something in the filled database. */
export function queryOf(measured: Measured, filled: Filled): Record<string, string> {
  const words: Record<string, string> = {
    largest: formatId('org', filled.largest as OrganizationId),
    user: formatId('usr', filled.user as UserId),
    busy: formatId('usr', filled.busy as UserId),
    reference: filled.reference,
  };
  return Object.fromEntries(Object.entries(measured.query ?? {}).map(([name, value]) => [name, words[value] ?? value]));
}
