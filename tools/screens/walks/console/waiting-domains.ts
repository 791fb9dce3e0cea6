import { formatId } from '../../../../src/base/ids.ts';
import { domainClaimNoticeJob } from '../../../../src/domains/wait/domain-claim-notice.ts';
import { inTransaction } from '../../../../src/db/database.ts';
import { enqueueJob } from '../../../../src/jobs/enqueue-job.ts';
import { addDomainClaim } from '../../../../test/support/add-domain-claim.ts';
import { addUser } from '../../../../test/support/people.ts';
import { button, dialog, enterConsole, openConsole } from './the-console.ts';
import type { Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';

const DOMAIN = 'contoso-trading.example';

/** Fabrikam claims a domain at which people of Contoso have addresses: seen at both, from above and by Fabrikam's own. */
export const waitingDomains: Walk = {
  title: 'Console, a domain that waits',
  async walk(stage, see) {
    const { houses } = stage;
    await claim(stage, DOMAIN);
    const page = await enterConsole(stage);
    const claimer = `/managed-organizations/${formatId('org', houses.fabrikam.id)}/domains`;
    await openConsole(stage, page, claimer);
    await button(page, `Take effect now: ${DOMAIN}`).waitFor();
    await see(page, 'Waiting domain, from above');
    await button(page, `Take effect now: ${DOMAIN}`).click();
    await dialog(page).waitFor();
    await see(page, 'Take into effect');
    await openConsole(stage, page, claimer);
    await button(page, `Withdraw the claim on ${DOMAIN}`).click();
    await dialog(page).waitFor();
    await see(page, 'Withdraw');
    await openConsole(stage, page, `/managed-organizations/${formatId('org', houses.contoso.id)}`);
    await page.getByText(`Fabrikam claims ${DOMAIN}`).waitFor();
    await see(page, 'Claimed by another organization');
    await openConsole(stage, page, '/managed-organizations');
    await page.getByText('Domain claimed').first().waitFor();
    await see(page, 'Managed organizations with a domain claim');
    await stage.api.send(
      'DELETE',
      `/organizations/${formatId('org', houses.fabrikam.id)}/domains/${DOMAIN}/verification`,
    );
  },
};

/** The mails of such a claim and of its end, to an administrator of each. */
export async function causeClaimMails(stage: SetStage): Promise<void> {
  const { service, houses, mailbox } = stage;
  const deps = { db: service.database.db, clock: service.clock, secrets: service.secrets };
  for (const [house, email] of [
    [houses.contoso, 'olga@contoso.example'],
    [houses.fabrikam, 'ines@fabrikam.example'],
  ] as const) {
    await addUser(deps, house, email, { role: 'administrator', proven: true });
  }
  await claim(stage, 'contoso-mailed.example');
  const claimed = { organizationId: houses.fabrikam.id, domain: 'contoso-mailed.example' };
  await inTransaction(deps, async (inside) => enqueueJob(inside, domainClaimNoticeJob(claimed)));
  for (const to of ['olga@contoso.example', 'ines@fabrikam.example', stage.anna.email]) {
    await mailbox.waitForMail({ to, subject: /contoso-mailed.example/ });
  }
  const claimer = `/organizations/${formatId('org', houses.fabrikam.id)}/domains`;
  await stage.api.send('DELETE', `${claimer}/contoso-mailed.example/verification`);
  for (const subject of [/^The claim on .* is over/, /^The claim of Fabrikam .* is over/]) {
    await mailbox.waitForMail({ subject });
  }
}

/** As a proof leaves it. */
async function claim({ service, houses }: SetStage, domain: string): Promise<void> {
  const deps = { db: service.database.db, clock: service.clock };
  await addDomainClaim(deps, houses.fabrikam, domain, [
    [houses.contoso, 12],
    [houses.contosoRetail, 1],
  ]);
}
