import { apiClient } from './api-client.ts';
import type { LookingBrowser } from './looking-browser.ts';
import { codeIn, linkNamed } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';
import { addApiToken, org } from './people.ts';
import { patternOf } from './pseudo-locale.ts';
import type { TestService } from './start-service.ts';
import { tellSecretHolders } from '../../src/connections/setup/draft/tell-secret-holders.ts';
import { tendSetups } from '../../src/connections/setup/tend-setups.ts';
import { inTransaction } from '../../src/db/database.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import type { Catalog } from '../../src/texts/catalog.ts';
import { en } from '../../src/texts/en.ts';

const IT = 'it@fabrikam.example';

/** Looks at every page of a setup link, and causes each of its mails. */
export async function seeSetupLink(
  service: TestService,
  about: {
    mailbox: Mailbox;
    organization: Organization;
    issuer: string;
    pseudo: Catalog;
    looking: () => LookingBrowser;
  },
): Promise<void> {
  const { database, clock, secrets, config } = service;
  const deps = { db: database.db, clock, secrets, config, texts: createTexts('Gatehouse', { en: about.pseudo }) };
  const api = apiClient(service.url, await addApiToken(deps, about.organization, 'administrator'));
  await api.send('POST', `/organizations/${org(about.organization)}/setup-links`, { email: IT });
  const mail = await about.mailbox.waitForMail({ to: IT, subject: patternOf('mail.setup-link.first.subject') });
  const url = linkNamed(mail, `⟦${en['mail.setup-link.button']}⟧`);
  await using browser = about.looking();
  const asked = await browser.main(await browser.open(url));
  await browser.main(asked, { code: '000' });
  const code = await about.mailbox.waitForMail({ to: IT, subject: patternOf('mail.setup-code.subject') });
  const tiles = await browser.main(asked, { code: codeIn(code) });
  await browser.submit(tiles, {}, { forged: { provider: 'entra-id' } });
  await browser.open(`${url}/guide`);
  const domain = await browser.submit(tiles, {}, { forged: { provider: 'other' } });
  await browser.main(domain, { domain: 'fabrikam.example' });
  await browser.open(`${url}/guide`);
  const values = await browser.open(`${url}/values`);
  const entered = { clientId: 'gatehouse', discoveryUrl: about.issuer, clientSecret: 'kept' };
  await browser.main(values, { ...entered, discoveryUrl: 'x' });
  await browser.main(values, entered);
  const ready = await browser.open(`${url}/hand-over`);
  await database.db
    .updateTable('setupInvitation')
    .set({ expiresAt: new Date(clock.now().getTime() + 3_600_000) })
    .execute();
  await tendSetups(deps);
  await browser.main(ready);
  await browser.open(url);
  // Its client secret was entered as the next one, taken into use, and left again.
  const setAt = clock.now();
  await database.db.updateTable('setupInvitation').set({ nextSecretAt: setAt }).execute();
  for (const [inUse, key] of [
    [true, 'mail.next-secret.in-use.subject'],
    [false, 'mail.next-secret.left.subject'],
  ] as const) {
    const { id: organizationId } = about.organization;
    await inTransaction(deps, async (deps) => tellSecretHolders(deps, { organizationId, setAt, inUse }));
    await about.mailbox.waitForMail({ to: IT, subject: patternOf(key) });
    await browser.open(url);
  }
}
