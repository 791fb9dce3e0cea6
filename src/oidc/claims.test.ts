import { expect, test } from 'vitest';
import type { OrganizationId, UserId } from '../base/ids.ts';
import { mayNotLogIn, reachesOrganizationInScope } from './claims.ts';
import type { UserAccess } from './storage/user-access-store.ts';

const now = new Date('2026-03-02T09:00:00Z');
const place = (path: string) => ({ id: path as OrganizationId, name: path, path });
const contoso = place('/northwind/contoso/');

function access(change: Partial<UserAccess>): UserAccess {
  return {
    userId: 'maria' as UserId,
    status: 'verified',
    accessUntil: null,
    name: null,
    givenName: null,
    familyName: null,
    locale: null,
    profileChangedAt: null,
    email: 'maria@contoso.example',
    emailProven: true,
    consoleRole: null,
    home: contoso,
    suspended: false,
    organizationInScope: contoso,
    applicationUsable: true,
    roles: [],
    firstParty: true,
    consentScope: null,
    resource: null,
    ...change,
  };
}

test.each<[Partial<UserAccess>, string | null]>([
  [{}, null],
  [{ status: 'disabled' }, 'user is disabled'],
  [{ status: 'pending' }, 'user is pending'],
  [{ accessUntil: now }, 'access of the user has ended'],
  [{ suspended: true }, 'organization is suspended'],
])('%j may not log in: %s', (change, why) => {
  expect(mayNotLogIn(access(change), now)).toBe(why);
});

test.each<[Partial<UserAccess>, boolean]>([
  [{}, true],
  [{ organizationInScope: null, roles: ['reader'] }, false],
  [{ organizationInScope: place('/northwind/contoso/retail/') }, false],
  [{ organizationInScope: place('/northwind/contoso/retail/'), roles: ['reader'] }, true],
  [{ organizationInScope: place('/northwind/contoso/retail/'), consoleRole: 'viewer' }, true],
  [{ organizationInScope: place('/northwind/'), roles: ['reader'], consoleRole: 'administrator' }, false],
  [{ organizationInScope: place('/northwind/fabrikam/'), roles: ['reader'], consoleRole: 'administrator' }, false],
])('%j reaches the organization in scope: %s', (change, reached) => {
  expect(reachesOrganizationInScope(access(change))).toBe(reached);
});
