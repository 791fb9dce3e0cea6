import { apiClient } from './api-client.ts';
import type { LookingBrowser } from './looking-browser.ts';
import type { Mailbox } from './mailbox.ts';
import { addApiToken, org } from './people.ts';
import { patternOf } from './pseudo-locale.ts';
import type { TestService } from './start-service.ts';
import type { Organization } from '../../src/organizations/organization.ts';

/** A test of the connection in force: begun, under way, passed, failed, mailed, ended; and a change of the method. */
export async function seeTrialPages(
  service: TestService,
  mailbox: Mailbox,
  by: { organization: Organization; looking: () => LookingBrowser; held: Record<string, string> },
): Promise<void> {
  const { db } = service.database;
  const token = await addApiToken({ db, clock: service.clock }, by.organization, 'administrator');
  const api = apiClient(service.url, token);
  const path = `/organizations/${org(by.organization)}/authentication/trials`;
  const { body } = await api.send('POST', path, {});
  await api.send('POST', `${path}/${String(body.trial.id)}/mail`, { email: 'it@fabrikam.example' });
  const mail = await mailbox.waitForMail({ to: 'it@fabrikam.example', subject: patternOf('mail.trial.subject') });
  await using invited = by.looking();
  await invited.open(/https?:\/\/\S+\/login\/test\/\S+/.exec(mail.text)![0]);
  await using browser = by.looking();
  const there = await browser.main(await browser.open(body.url));
  await browser.open(body.url); // not back yet
  const passed = await browser.submit(there, by.held, { button: 'Log in' });
  const changed = async (change: {
    receivedAt?: Date;
    result: string | null;
    finishedAt: Date | null;
  }): Promise<void> => void (await db.updateTable('trialRun').set(change).where('recipient', 'is', null).execute());
  await changed({ result: null, finishedAt: null });
  await browser.open(passed.url); // the provider is being asked
  const failure = { code: 'login.credential', values: {}, providerCode: 'invalid_client', correlationId: '1' };
  const result = JSON.stringify({ checks: [], failure, claims: null, decision: null });
  await changed({ result, finishedAt: service.clock.now() });
  await browser.open(passed.url);
  await browser.open(`${service.url}/login/test/unknown`);
}
