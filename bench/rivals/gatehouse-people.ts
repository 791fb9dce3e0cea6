import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import type { ApiClient } from '../../demo/gatehouse/api-client.ts';
import { goThrough } from '../../demo/gatehouse/first-administrator.ts';
import { openHttpBrowser } from '../../test/support/http-browser.ts';
import type { PasswordPerson } from '../load/password-login.ts';
import { PASSWORD } from './contoso.ts';
import type { GatehouseTools } from './gatehouse-tools.ts';

const DOMAIN = 'fabrikam.example';
const MOST_SECONDS = 90;

/**
 * People of an organization whose method is the built-in one: each opens the invitation, chooses a password, takes up an
 * authenticator app and keeps the recovery codes, as a person would.
 * @param mails the folder that mails are written to
 */
export async function enrollPeople(
  tools: GatehouseTools,
  api: ApiClient,
  count: number,
  mails: string,
): Promise<PasswordPerson[]> {
  const organization = await tools.addOrganization(api, 'Fabrikam');
  const addresses = Array.from({ length: count }, (_, n) => `person-${n}@${DOMAIN}`);
  await tools.invite(api, organization.id, addresses);
  const links = await readLinks(mails, count);
  const people: PasswordPerson[] = [];
  for (const [place, email] of addresses.entries()) {
    await using browser = openHttpBrowser({ headers: { 'x-forwarded-for': `10.129.0.${place & 255}` } });
    const link = links.get(email);
    if (link === undefined) throw new Error(`${email} got no invitation`);
    const invitation = await browser.open(link);
    const first = await browser.submit(invitation, {}, { form: 'main form' });
    const { seed } = await goThrough(browser, first, { organization: 'Fabrikam', email, password: PASSWORD });
    if (seed === '') throw new Error(`${email} was not asked for an authenticator app`);
    people.push({ email, password: PASSWORD, seed });
  }
  return people;
}

/** The link of each invitation, by address, once all mails are there. */
async function readLinks(folder: string, count: number): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  const read = new Set<string>();
  for (let waited = 0; waited < MOST_SECONDS && links.size < count; waited += 1) {
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.eml') || read.has(name)) continue;
      read.add(name);
      const { to, text = '' } = await simpleParser(await readFile(join(folder, name)));
      const address = Array.isArray(to) ? to[0]?.text : to?.text;
      const link = /https?:\S+\/login\/invitation\/\S+/.exec(text)?.[0];
      if (address?.endsWith(`@${DOMAIN}`) && link !== undefined) links.set(address, link);
    }
    if (links.size < count) await pause(1000);
  }
  return links;
}
