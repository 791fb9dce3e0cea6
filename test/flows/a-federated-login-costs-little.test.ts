import { expect, test } from 'vitest';
import { makeApplication } from '../support/fixtures.ts';
import { MALLORY, startHostileGround } from '../support/hostile-organization.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { authorizeUrl, codeIn, redeem } from '../support/relying-application.ts';

test('a federated login, from the application’s request to its tokens, takes at most 39 statements', async () => {
  await using ground = await startHostileGround();
  await ground.use('code');
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(ground.service, ground.root, { redirectUris: [redirectUri] });
  const reports = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  const login = async (): Promise<void> => {
    await using browser = openHttpBrowser({
      now: () => ground.service.clock.now(),
      stopAt: (url) => url.port === '9001',
    });
    const asked = await browser.open(authorizeUrl(ground.service, reports));
    const back = await browser.submit(asked, { email: MALLORY }, { button: 'Continue' });
    expect((await redeem(ground.service, reports, codeIn(back, reports))).status).toBe(200);
  };
  await login(); // binds the identity and confirms the connection
  const counted = await ground.service.countStatements(login);
  expect(counted.statements).toBeLessThanOrEqual(39);
});
