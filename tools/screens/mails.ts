import { formatId } from '../../src/base/ids.ts';
import { freshCode, giveAddress, giveCode, givePassword, press } from './person.ts';
import type { See } from './screen.ts';
import type { SetStage } from './stage.ts';
import { causeClaimMails } from './walks/console/waiting-domains.ts';

/** Every kind of mail that the walks before led to, and the rarer ones, as a mail program shows them. */
export async function seeMails(stage: SetStage, see: See): Promise<void> {
  await causeRareMails(stage);
  const page = await stage.newVisitor({ viewport: { width: 720, height: 640 } });
  const seen = new Set<string>();
  for (const mail of stage.mailbox.mails) {
    // Two kinds may have one subject; their heading or first sentence then differs.
    const kind = mail.text.slice(0, 120).replaceAll(/\S+@\S+|\d+/g, '…');
    if (seen.has(kind)) continue;
    seen.add(kind);
    await page.setContent(mail.html);
    await see(page, `${mail.subject.replaceAll(/\d+/g, '…')} (${seen.size})`);
  }
}

/** What is mailed when something alarming happened: emergency access, authenticators taken away, redirect URIs changed. */
async function causeRareMails(stage: SetStage): Promise<void> {
  const { service, anna, paul, api, houses, mailbox } = stage;
  const page = await stage.newVisitor();
  await page.goto(`${service.url}/login/emergency`);
  await press(page, 'Log In');
  await giveAddress(page, anna.email);
  await givePassword(page, anna.password);
  await giveCode(page, await freshCode(stage, anna.seed));
  await page.waitForURL((url) => url.pathname === '/');

  const contosoRetail = `/organizations/${formatId('org', houses.contosoRetail.id)}`;
  await must(api.send('POST', `${contosoRetail}/users/${formatId('usr', paul.userId)}/reset-authenticators`));
  const northwind = `/organizations/${formatId('org', houses.northwind.id)}`;
  const { items } = (await api.get(`${northwind}/applications`)).body as { items: { id: string; version: number }[] };
  const [first] = items;
  const body = { redirectUris: ['https://reports.northwind.example/callback'], version: first?.version };
  await must(api.send('PATCH', `${northwind}/applications/${first?.id}`, body));
  await causeClaimMails(stage);
  await mailbox.waitForMail({ subject: 'Emergency access' });
  await mailbox.waitForMail({ subject: 'Redirect addresses' });
  await mailbox.waitForMail({ to: paul.email, subject: 'How you log in' });
}

async function must(sent: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await sent;
  if (status >= 300) throw new Error(`refused: ${JSON.stringify(body)}`);
}
