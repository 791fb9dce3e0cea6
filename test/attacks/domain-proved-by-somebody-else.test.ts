import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Organization } from '../../src/organizations/organization.ts';
import { apiClient } from '../support/api-client.ts';
import type { DnsWorld } from '../support/dns/dns-world.ts';
import { DC1, NS1, NS2, startDomainStage, txtRecord } from '../support/dns/domain-attempts.ts';
import type { Attempt, DomainStage } from '../support/dns/domain-attempts.ts';
import { addSession, addUser, org } from '../support/people.ts';

// Lesson: a record that somebody else controls proved a domain: dangling aliases and wildcards of hosting services,
// tokens that were public since their first use, a parent's zone for a subdomain (draft-ietf-dnsop-domain-verification-techniques).

const DELEGATIONS = {
  'by-alias.example': [NS1],
  'by-shared-alias.example': [NS1],
  'by-wildcard.example': [NS1],
  'by-wildcard-alias.example': [NS1],
  'hosting-service.example': [NS2],
  'contoso.example': [NS1],
  'shop.contoso.example': [NS1],
  'foreign-token.example': [NS1],
  'old-token.example': [NS1],
  'inside.example': [DC1],
} as const;

let stage: DomainStage;
let dns: DnsWorld;
let attempt: DomainStage['attempt'];
beforeAll(async () => {
  stage = await startDomainStage({ delegations: DELEGATIONS });
  ({ dns, attempt } = stage);
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

/** Checks as often as a verification takes, minutes apart; the codes that were found. */
async function tryToVerify({ check }: Attempt): Promise<{ state: string; codes: string[] }> {
  const codes: string[] = [];
  let state = '';
  for (let round = 0; round < 3; round += 1) {
    const checked = await check();
    ({ state } = checked);
    codes.push(checked.finding.code);
    stage.service.clock.advance(180);
  }
  return { state, codes: [...new Set(codes)] };
}

async function verify(own: Attempt): Promise<void> {
  expect(await tryToVerify(own)).toMatchObject({ state: 'verified' });
}

test('an alias at the name that leads to a record of somebody else', async () => {
  const own = await attempt('by-alias.example');
  await dns.ns2.publish(dns.zone('hosting-service.example', [txtRecord(own.value, 'proof')], { nameServers: [NS2] }));
  await dns.ns1.publish(dns.zone(own.domain, ['_gatehouse-challenge CNAME proof.hosting-service.example.']));
  expect(await tryToVerify(own)).toEqual({ state: 'pending', codes: ['alias'] });

  // To a name of the zone that users of the domain fill: its server answers with alias and record at once.
  const shared = await attempt('by-shared-alias.example');
  await dns.ns1.publish(
    dns.zone(shared.domain, ['_gatehouse-challenge CNAME user-content', txtRecord(shared.value, 'user-content')]),
  );
  expect(await tryToVerify(shared)).toEqual({ state: 'pending', codes: ['alias'] });
});

test('a wildcard that answers at the name, with the value or by an alias', async () => {
  const wildcard = await attempt('by-wildcard.example');
  const alias = await attempt('by-wildcard-alias.example');
  await dns.ns2.publish(dns.zone('hosting-service.example', [txtRecord(alias.value, '@')], { nameServers: [NS2] }));
  await dns.ns1.publish(
    dns.zone(wildcard.domain, [txtRecord(wildcard.value, '*')]),
    dns.zone(alias.domain, ['* CNAME hosting-service.example.']),
  );
  expect(await tryToVerify(wildcard)).toEqual({ state: 'pending', codes: ['wildcard'] });
  expect(await tryToVerify(alias)).toEqual({ state: 'pending', codes: ['wildcard'] });
});

test('a second organization does not displace the one that verified the domain, nor learn who it is', async () => {
  const contoso = await attempt('contoso.example', stage.houses.contoso);
  const fabrikam = await attempt('contoso.example', stage.houses.fabrikam);
  await dns.ns1.publish(dns.zone('contoso.example', [txtRecord(contoso.value), txtRecord(fabrikam.value)]));
  await verify(contoso);
  expect(await tryToVerify(fabrikam)).toEqual({ state: 'pending', codes: ['confirming', 'held-elsewhere'] });
  expect(JSON.stringify(await fabrikam.read())).not.toContain('Contoso');
  expect((await contoso.read()).state).toBe('verified');
});

test('a record of the parent proves no subdomain, and a verified domain leads no addresses below it', async () => {
  const shop = await attempt('shop.contoso.example');
  await dns.ns1.publish(
    dns.zone('contoso.example', [txtRecord(shop.value)]),
    dns.zone('shop.contoso.example', [], { primary: NS1 }),
  );
  const { state, codes } = await tryToVerify(shop);
  expect([state, codes]).toEqual(['pending', ['delegated']]);
});

test('the token of another organization, or of the same one before', async () => {
  const theirs = await attempt('foreign-token.example', stage.houses.contoso);
  const own = await attempt('foreign-token.example', stage.houses.fabrikam);
  await dns.ns1.publish(dns.zone(own.domain, [txtRecord(theirs.value)]));
  expect((await tryToVerify(own)).state).toBe('pending');

  const first = await attempt('old-token.example', stage.houses.contosoRetail);
  await dns.ns1.publish(dns.zone(first.domain, [txtRecord(first.value)]));
  await verify(first);
  expect((await stage.api.send('DELETE', `${first.path}/${first.domain}/verification`)).status).toBe(204);
  const second = await attempt('old-token.example', stage.houses.contosoRetail);
  expect(second.value).not.toBe(first.value);
  expect((await tryToVerify(second)).state).toBe('pending');
});

test('name servers at internal addresses are not asked', async () => {
  const own = await attempt('inside.example');
  await dns.dc1.publish(dns.zone(own.domain, [txtRecord(own.value)], { primary: DC1, nameServers: [DC1] }));
  expect(await tryToVerify(own)).toEqual({ state: 'pending', codes: ['internal-servers'] });
});

test('domains of many owners, of nobody, or that are none', async () => {
  const path = `/organizations/${org(stage.houses.contoso)}/domains`;
  const refused = {
    'domain.public': ['gmail.com', 'GMAIL.com', 'web.de', 'sohu.com', 'laposte.net', 'tuta.com', 'posteo.de'],
    'domain.suffix': ['co.uk', 'com.au', 'github.io', '2.0.192.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa'],
    'domain.malformed': ['localhost', 'example', '192.0.2.1', 'a..contoso.example', '*.contoso.example'],
  };
  for (const [code, domains] of Object.entries(refused)) {
    for (const domain of domains) {
      const added = await stage.api.send('POST', path, { domain });
      const routed = await stage.api.send('PUT', `${path}/${encodeURIComponent(domain)}`);
      expect([domain, added.body.code, routed.body.code]).toEqual([domain, code, code]);
    }
  }
});

test('that a domain is routed elsewhere is told only to whoever administers both', async () => {
  const { service, houses, api } = stage;
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const reseller = await addUser(deps, houses.contoso, 'mona@contoso.example', { role: 'administrator' });
  const mona = apiClient(service.url, (await addSession(deps, reseller)).token);
  const at = (of: Organization, domain: string): string => `/organizations/${org(of)}/domains/${domain}`;
  await api.send('PUT', at(houses.fabrikam, 'fabrikam.example'));
  const both = await api.send('PUT', at(houses.contosoRetail, 'fabrikam.example'));
  expect(both.body.code).toBe('domain.taken');
  const one = await mona.send('PUT', at(houses.contosoRetail, 'fabrikam.example'));
  expect([one.status, one.body.code]).toEqual([409, 'domain.unavailable']);
  expect(JSON.stringify(one.body)).not.toMatch(/another organization|Fabrikam/);
});
