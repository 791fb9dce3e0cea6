import { afterAll, beforeAll, expect, test } from 'vitest';
import { NS1, startDomainStage, txtRecord } from '../support/dns/domain-attempts.ts';
import type { Attempt, DomainStage } from '../support/dns/domain-attempts.ts';
import { makeApplication, makePerson } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { org } from '../support/people.ts';
import { authorizeUrl, claimsOf, codeIn, redeem } from '../support/relying-application.ts';
import { sendElsewhere } from '../support/stories.ts';

let stage: DomainStage;
beforeAll(async () => {
  stage = await startDomainStage({ delegations: { 'contoso.example': [NS1], 'fabrikam.example': [NS1] } });
});
afterAll(async () => stage?.[Symbol.asyncDispose]());

async function verify(own: Attempt): Promise<void> {
  await stage.dns.ns1.publish(stage.dns.zone(own.domain, [txtRecord(own.value)]));
  await own.check();
  stage.service.clock.advance(150);
  expect((await own.check()).state).toBe('verified');
}

test('addresses of the organization’s users at it are proven; those below it are not', async () => {
  const { service, houses } = stage;
  const { application, clientSecret } = await makeApplication(service, houses.northwind, {
    redirectUris: ['http://127.0.0.1:9001/callback'],
  });
  const reports = { clientId: application.clientId, clientSecret, redirectUri: 'http://127.0.0.1:9001/callback' };
  const people = {
    maria: await makePerson(service, houses.contoso, 'maria@contoso.example'),
    below: await makePerson(service, houses.contoso, 'maria@shop.contoso.example'),
  };
  await service.database.db.updateTable('appUser').set({ emailProvenAt: null }).execute();
  const addresses = async (): Promise<unknown[]> => {
    const found = [];
    for (const person of Object.values(people)) {
      await using browser = openHttpBrowser({
        now: () => service.clock.now(),
        stopAt: (url) => url.port === '9001',
      });
      // The code of the minute before was used by then.
      service.clock.advance(60);
      const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), person);
      const { body } = await redeem(service, reports, codeIn(back, reports));
      const { email, email_verified } = claimsOf(body.id_token);
      found.push([email, email_verified]);
    }
    return found;
  };
  const nothing = [undefined, undefined];
  expect(await addresses()).toEqual([nothing, nothing]);
  await verify(await stage.attempt('contoso.example', houses.contoso));
  expect(await addresses()).toEqual([['maria@contoso.example', true], nothing]);
});

test('an address at it leads to the organization that verified it, wherever it is routed', async () => {
  const { service, api, houses } = stage;
  await sendElsewhere(service, houses.contosoRetail);
  const routed = await api.send('PUT', `/organizations/${org(houses.fabrikam)}/domains/fabrikam.example`);
  expect(routed.status).toBe(200);
  const leads = async (): Promise<string | undefined> => {
    await using browser = openHttpBrowser({ stopAt: (url) => url.hostname === 'login.contoso.example' });
    const page = await browser.open(`${service.url}/login/start`);
    return (await browser.submit(page, { email: 'nobody@fabrikam.example' })).stoppedAt?.hostname;
  };
  expect(await leads()).toBeUndefined();
  await verify(await stage.attempt('fabrikam.example', houses.contosoRetail));
  expect(await leads()).toBe('login.contoso.example');
});
