import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  factorFreshUntil,
  isRootAdministrator,
  may,
  mayGive,
  permissionsOf,
  requireAccess,
  requireFreshFactor,
} from './access.ts';
import type { Caller, ConsoleRole, Permission } from './access.ts';
import { pathBelow, reaches } from './organization.ts';
import type { OrganizationId } from '../base/ids.ts';

const role = fc.constantFrom<ConsoleRole>('administrator', 'editor', 'viewer');
const permission = fc.constantFrom<Permission>(...permissionsOf('administrator'));
const ids = fc.array(fc.uuid() as fc.Arbitrary<OrganizationId>, { minLength: 1, maxLength: 5 });
const pathOf = (parts: readonly OrganizationId[]): string => parts.reduce((path, id) => pathBelow(path, id), '/');

function caller(path: string, own: ConsoleRole, more: Partial<Caller> = {}): Caller {
  const organizationId = path.split('/').at(-2) as OrganizationId;
  return {
    kind: 'user',
    id: 'x',
    userId: null,
    name: 'anna',
    role: own,
    organizationId,
    organizationPath: path,
    factorAt: null,
    ...more,
  };
}

describe('access', () => {
  test('reaches the own organization and those below, and nothing else', () => {
    fc.assert(
      fc.property(ids, ids, (own, other) => {
        const expected = own.every((id, i) => other[i] === id);
        expect(reaches(pathOf(own), pathOf(other))).toBe(expected);
      }),
    );
  });

  test('an empty path reaches nothing', () => {
    fc.assert(
      fc.property(ids, (other) => {
        expect(reaches('', pathOf(other))).toBe(false);
      }),
    );
  });

  test('allows exactly what the role has, below; above and beside there is nothing to see', () => {
    fc.assert(
      fc.property(ids, ids, role, permission, (own, more, held, asked) => {
        const someone = caller(pathOf(own), held);
        const below = { path: pathOf([...own, ...more].slice(0, 5)) };
        const allowed = permissionsOf(held).includes(asked);
        expect(may(someone, asked, below.path)).toBe(allowed);
        const attempt = (): unknown => requireAccess(someone, asked, below);
        if (allowed) expect(attempt()).toBe(below);
        else expect(attempt).toThrow('caller.denied');

        const beside = { path: pathOf(more) };
        fc.pre(!beside.path.startsWith(someone.organizationPath));
        expect(may(someone, asked, beside.path)).toBe(false);
        expect(() => requireAccess(someone, asked, beside)).toThrow('organization.not-found');
        expect(() => requireAccess(someone, asked, undefined)).toThrow('organization.not-found');
      }),
    );
  });

  test('an administrator of the root alone is one of the root', () => {
    expect(isRootAdministrator(caller('/x/', 'administrator'))).toBe(true);
    expect(isRootAdministrator(caller('/x/', 'editor'))).toBe(false);
    expect(isRootAdministrator(caller('/r/x/', 'administrator'))).toBe(false);
  });

  test('each role includes the one after it, and nobody gives more than their own', () => {
    const order: ConsoleRole[] = ['viewer', 'editor', 'administrator'];
    for (const [i, lower] of order.entries()) {
      for (const [j, higher] of order.entries()) {
        expect(mayGive(higher, lower)).toBe(j >= i);
        if (j >= i) expect(permissionsOf(higher)).toEqual(expect.arrayContaining([...permissionsOf(lower)]));
      }
      expect(mayGive(lower, null)).toBe(true);
    }
  });
});

describe('a fresh factor', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const ago = (seconds: number): Caller =>
    caller('/x/', 'administrator', { factorAt: new Date(now.getTime() - seconds * 1000) });

  test('counts for ten minutes', () => {
    expect(factorFreshUntil(ago(599), now)).toEqual(new Date('2026-11-23T12:00:01Z'));
    expect(() => requireFreshFactor(ago(599), now)).not.toThrow();
    expect(() => requireFreshFactor(ago(600), now)).toThrow('caller.stale-factor');
    expect(() => requireFreshFactor(caller('/x/', 'administrator'), now)).toThrow('caller.stale-factor');
  });

  test('is not asked of the operator and of tokens the operator made; other tokens are refused', () => {
    const program = (madeByOperator: boolean) => caller('/x/', 'administrator', { kind: 'api-token', madeByOperator });
    expect(() => requireFreshFactor(caller('/x/', 'administrator', { kind: 'operator' }), now)).not.toThrow();
    expect(() => requireFreshFactor(program(true), now)).not.toThrow();
    expect(() => requireFreshFactor(program(false), now)).toThrow('caller.denied');
  });
});
