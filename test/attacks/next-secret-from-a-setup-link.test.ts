import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseId } from '../../src/base/ids.ts';
import { takeDraftSecret } from '../../src/connections/setup/draft/take-draft-secret.ts';
import { createConnectors } from '../../src/connectors/create-connectors.ts';
import { createGuardedFetch } from '../../src/connectors/outgoing/guarded-fetch.ts';
import type { Caller } from '../../src/organizations/access.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { configure, inForce } from '../support/federation.ts';
import { administratorOf } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { SECRET, startSetupStage } from '../support/setup-links.ts';
import type { SetupStage } from '../support/setup-links.ts';

// Lesson: who holds a setup link has no account; what they hand in may not reach what is in force.

let stage: SetupStage;
beforeAll(async () => {
  stage = await startSetupStage();
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

function operations() {
  const { clock, secrets, config, url, database } = stage.service;
  const fetch = createGuardedFetch({ allowedHosts: config.allowedProviderHosts });
  const connectors = createConnectors({ fetch, clock, entraAuthority: config.entraAuthority.origin, ownIssuer: url });
  return { db: database.db, clock, secrets, connectors };
}

/** An organization that logs in by a client secret, and a draft by somebody without an account. */
async function handedIn(values: Record<string, string>, handOver = true) {
  const organization = await stage.newOrganization();
  const live = { method: 'openid-connect', clientId: 'gatehouse', discoveryUrl: stage.provider.issuer };
  await configure(stage.service, organization, { ...live, credential: 'secret', clientSecret: 'the secret in use' });
  const link = await stage.makeLink(organization);
  await using browser = openHttpBrowser({ now: () => stage.service.clock.now() });
  const ready = await stage.prepare(browser, await stage.open(browser, link), values);
  if (handOver) await browser.submit(ready, {}, { button: 'Hand over' });
  return { organization, input: { organizationId: organization.id, id: parseId('set', link.id) } };
}
const waiting = async (organization: Organization) =>
  stage.service.database.db
    .selectFrom('connectionSecret')
    .selectAll()
    .where('organizationId', '=', organization.id)
    .execute();

test('only an administrator of the organization with a fresh factor takes it, and the one in use stays', async () => {
  const { organization, input } = await handedIn({});
  const before = await inForce(stage.service, organization);
  const anna = administratorOf(organization, stage.service);
  const callers: [Caller, string][] = [
    [{ ...anna, role: 'editor' }, 'caller.denied'],
    [administratorOf(stage.houses.fabrikam, stage.service), 'organization.not-found'],
    [{ ...anna, kind: 'user', factorAt: new Date(0) }, 'caller.stale-factor'],
  ];
  for (const [caller, code] of callers) {
    await expect(takeDraftSecret(operations(), caller, input)).rejects.toMatchObject({ code });
  }
  expect(await waiting(organization)).toEqual([]);
  await takeDraftSecret(operations(), anna, input);
  expect(await inForce(stage.service, organization)).toEqual(before);
  // Nobody tested it: it waits, and is used by nobody.
  expect(await waiting(organization)).toMatchObject([{ state: 'next', testedAt: null }]);
  const rows = JSON.stringify(await stage.service.database.db.selectFrom('setupInvitation').selectAll().execute());
  expect(rows).not.toContain(SECRET);
  await expect(takeDraftSecret(operations(), anna, input)).rejects.toMatchObject({ code: 'draft.none' });
});

test('a secret of another client, or of what was not handed over, is not taken', async () => {
  const other = await handedIn({ clientId: 'another' });
  const byAnna = administratorOf(other.organization, stage.service);
  const code = 'draft.another-client';
  await expect(takeDraftSecret(operations(), byAnna, other.input)).rejects.toMatchObject({ code });
  const open = await handedIn({}, false);
  const byOther = administratorOf(open.organization, stage.service);
  await expect(takeDraftSecret(operations(), byOther, open.input)).rejects.toMatchObject({ code: 'draft.none' });
  expect([...(await waiting(other.organization)), ...(await waiting(open.organization))]).toEqual([]);
});
