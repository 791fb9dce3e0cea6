import { formatId } from '../../../../src/base/ids.ts';
import type { Finding } from '../../../../src/domains/diagnose/finding.ts';
import { after } from '../../../../src/base/clock.ts';
import { button, dialog, enterConsole, openConsole } from './the-console.ts';
import type { Walk } from '../../screen.ts';
import type { SetStage } from '../../stage.ts';

const SERVERS = 'ns1.hosting.example, ns2.hosting.example';
const FINDING: Finding = {
  code: 'not-there',
  values: { domain: 'contoso.example', name: '_gatehouse-challenge.contoso.example', servers: SERVERS },
  presence: 'absent',
  proof: false,
  authenticated: false,
  notes: [],
  nameServers: [
    { name: 'ns1.hosting.example', answer: 'absent' },
    { name: 'ns2.hosting.example', answer: 'silent' },
  ],
  serial: 1,
};

/** Section *Domains*: none, one just added, and every state that DNS may bring. */
export const consoleDomains: Walk = {
  title: 'Console, domains',
  async walk(stage, see) {
    const page = await enterConsole(stage);
    await openConsole(stage, page, '/my-organization/domains');
    await see(page, 'Domains, none');
    const contoso = `/managed-organizations/${formatId('org', stage.houses.contoso.id)}/domains`;
    await openConsole(stage, page, contoso);
    await page.getByLabel('Add a domain').fill('contoso-group.example');
    await button(page, 'Add domain').click();
    await page.getByRole('heading', { name: 'contoso-group.example' }).waitFor();
    await see(page, 'Domain, just added');
    await setStates(stage);
    await openConsole(stage, page, contoso);
    await page.getByText('Record missing').waitFor();
    await see(page, 'Domains, in every state');
    await page.getByRole('button', { name: 'Remove contoso-group.example' }).click();
    await dialog(page).waitFor();
    await see(page, 'Remove domain');
  },
};

/** As checks would leave them. */
async function setStates({ service, api, houses }: SetStage): Promise<void> {
  const { db } = service.database;
  const now = service.clock.now();
  const path = `/organizations/${formatId('org', houses.contoso.id)}/domains`;
  const checked = { checkedAt: after(now, -300), nextCheckAt: after(now, 600) };
  const states = {
    'contoso-mail.example': { state: 'verified', verifiedAt: after(now, -86_400), ...checked, finding: null },
    'contoso-old.example': {
      state: 'grace',
      verifiedAt: after(now, -8 * 86_400),
      graceSince: after(now, -86_400),
      ...checked,
      finding: JSON.stringify(FINDING),
    },
    'contoso-slow.example': { state: 'pending', ...checked, finding: JSON.stringify(FINDING) },
    'contoso-tried.example': { state: 'expired', checkedAt: after(now, -300), nextCheckAt: null, finding: null },
  } as const;
  for (const [domain, row] of Object.entries(states)) {
    await api.send('POST', path, { domain });
    await db.updateTable('domainVerification').set(row).where('domain', '=', domain).execute();
  }
  await api.send('PUT', `${path}/contoso-retail.example`);
}
