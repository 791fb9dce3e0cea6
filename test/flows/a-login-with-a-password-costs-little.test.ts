import { expect, test } from 'vitest';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';

test('a login with password and one-time code takes at most 19 statements and 10 commits, two of each for limits', async () => {
  await using service = await startService();
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  const maria = await makePerson(service, contoso, 'maria@contoso.example');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  const reports = { clientId: application.clientId, clientSecret, redirectUri };
  const login = async (): Promise<void> => {
    await using browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
    const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), maria);
    expect((await redeem(service, reports, codeIn(back, reports))).status).toBe(200);
  };
  await login();
  const { statements, commits, texts } = await service.countStatements(login);
  // What is kept in memory for a few seconds is read again by whoever comes first.
  const readings = texts.filter((text) => text.startsWith('select "application"."id"')).length;
  expect(statements - readings).toBeLessThanOrEqual(19);
  expect(commits).toBeLessThanOrEqual(10);
  expect(texts.filter((text) => text.startsWith('with "counted0"'))).toHaveLength(2);
  expect(texts.filter((text) => /^\s*(insert into|delete from) "?rate_limit/i.test(text))).toHaveLength(0);
});
