import { consoleLogin } from './console-login.ts';
import { callbacksOf, configure } from './federation.ts';
import { makeManaged, makePerson, makeRoot } from './fixtures.ts';
import { openLookingBrowser } from './looking-browser.ts';
import { codeIn } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import { addUser } from './people.ts';
import { patternOf } from './pseudo-locale.ts';
import { startFabrikam } from './start-provider.ts';
import { startService } from './start-service.ts';
import { totpAt } from './totp.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import type { Catalog } from '../../src/texts/catalog.ts';

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
const CLIENT = '7f1c2a9e-52d4-4a0e-9d0c-3b6f5f1f8a21';
const LENA = {
  oid: 'a1f6f0de-7d0e-4a5f-9e55-0a4b7c5d1e01',
  directory: DIRECTORY,
  upn: 'lena@fabrikam.example',
  name: 'lena',
  password: 'pw-lena',
};

/**
 * An administrator whose provider states no `auth_time` enrolls a factor, at a service of its own with Entra ID; and the
 * page at which an admin consent ends.
 */
export async function seeOwnFactor(by: {
  mailbox: Mailbox;
  pseudo: Catalog;
  given: string[];
  titles: Set<string>;
}): Promise<void> {
  await using fabrikam = await startFabrikam({
    directories: [{ id: DIRECTORY, name: 'Fabrikam', domains: ['fabrikam.example'] }],
    users: [LENA],
  });
  const settings = { GATEHOUSE_ENTRA_AUTHORITY: fabrikam.origin, SMTP_URL: by.mailbox.url };
  await using service = await startService({
    settings: { ...settings, MAIL_FROM: 'gate@northwind.example' },
    catalogs: { en: by.pseudo },
  });
  const root = await makeRoot(service);
  await makePerson(service, root, 'anna@northwind.example', { role: 'administrator', breakGlass: true });
  const organization = await makeManaged(service, root, 'Fabrikam');
  await addUser({ db: service.database.db, clock: service.clock }, organization, LENA.upn, { role: 'administrator' });
  const redirectUris = [{ uri: callbacksOf(service, organization).shared }];
  await fabrikam.addApps({ clientId: CLIENT, directory: DIRECTORY, idTokens: true, redirectUris, optionalClaims: [] });
  const entered = { clientId: CLIENT, directoryId: DIRECTORY, credential: 'none' as const };
  await configure(
    service,
    organization,
    { method: 'entra-id', ...entered },
    { texts: createTexts('Gatehouse', { en: by.pseudo }) },
  );

  await using browser = openLookingBrowser(service, { given: by.given, titles: by.titles });
  await browser.open(`${service.url}/login/callback?admin_consent=True&tenant=${DIRECTORY}`);
  const login = consoleLogin(service);
  for (const prompt of ['', 'login']) {
    const asked = await login.open(browser, prompt === '' ? {} : { prompt });
    const there = await browser.main(asked, { email: LENA.upn });
    const back = await browser.submit(there, { loginfmt: LENA.upn, passwd: LENA.password }, { button: 'Sign in' });
    if (prompt === '') continue;
    const sent = await browser.main(back);
    const mail = await by.mailbox.waitForMail({ to: LENA.upn, subject: patternOf('mail.enrolment-code.subject') });
    const safe = await browser.main(sent, { code: codeIn(mail) });
    const app = await browser.submit(safe, {}, { form: 'form.choices', forged: { choose: 'otp' } });
    const seed = app.html.querySelector('#seed')?.text.trim() ?? '';
    const codes = await browser.main(app, { code: await totpAt(seed, service.clock.now()) });
    await browser.main(codes, { saved: 'yes' });
  }
}
