import { describe, expect, test } from 'vitest';
import { MEASURED } from '../../bench/scale/requests.ts';
import { contract } from '../../src/api/contract/all-routes.ts';
import type { Route } from '../../src/api/contract/route.ts';

/** Names of what an object of a zod schema holds. */
function namesIn(schema: unknown): string[] {
  return Object.keys((schema as { shape?: object }).shape ?? {});
}

const lists = Object.entries(contract as Record<string, Route>).filter(
  ([, { method, output }]) => method === 'GET' && namesIn(output).includes('items'),
);

/** What changes nothing in how a list is read. */
const NO_FILTERS = ['limit', 'cursor', 'keepsIdentities', 'provenByDomain'];

describe('each list of the API', () => {
  test('is known by what it answers', () => {
    expect(lists.map(([name]) => name)).toEqual(
      expect.arrayContaining(['listOrganizations', 'listUsers', 'listLogins']),
    );
  });

  test.each(lists)('%s is measured on a large installation, with each of its filters', (name, { query }) => {
    const measured = (MEASURED as Record<string, readonly { query?: object }[] | undefined>)[name] ?? [];
    expect(measured.length).toBeGreaterThan(0);
    const filters = new Set(measured.flatMap((one) => Object.keys(one.query ?? {})));
    const wanted = namesIn(query).filter((filter) => !NO_FILTERS.includes(filter));
    expect(wanted.filter((filter) => !filters.has(filter))).toEqual([]);
  });
});
