import type { Person } from './fixtures.ts';
import { makePerson } from './fixtures.ts';
import { apiClient } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import type { LookingBrowser } from './looking-browser.ts';
import type { Mailbox } from './mailbox.ts';
import type { Page } from './page.ts';
import { addSession, org } from './people.ts';
import { patternOf } from './pseudo-locale.ts';
import type { Contoso } from './start-provider.ts';
import type { TestService } from './start-service.ts';
import { formatId } from '../../src/base/ids.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { findUser } from '../../src/users/find-users.ts';

/** The API, as a person with a fresh factor. */
async function as(service: TestService, person: Person): Promise<ApiClient> {
  const deps = { db: service.database.db, clock: service.clock, url: service.url };
  const user = (await findUser(deps, person.userId))!;
  return apiClient(service.url, (await addSession(deps, user)).token);
}

/** An administrator changes an address; its link is opened by a stranger, by its user, and never by anybody. */
export async function seeAddressPages(
  service: TestService,
  mailbox: Mailbox,
  by: {
    root: Organization;
    administrator: Person;
    looking: () => LookingBrowser;
    logIn: (browser: LookingBrowser, person: Person) => Promise<Page>;
  },
): Promise<void> {
  const gil = await makePerson(service, by.root, 'gil@northwind.example');
  const email = 'gil.ash@northwind.example';
  const path = `/organizations/${org(by.root)}/users/${formatId('usr', gil.userId)}/address`;
  const { status } = await (await as(service, by.administrator)).send('PUT', path, { email, version: 1 });
  if (status !== 200) throw new Error(`the address was not changed: ${status}`);
  const mail = await mailbox.waitForMail({ to: email, subject: patternOf('mail.address-proof.subject') });
  const link = /https?:\/\/\S+\/login\/address\/\S+/.exec(mail.text)![0];
  await using stranger = by.looking();
  await stranger.open(link);
  await stranger.open(`${service.url}/login/address/unknown`);
  await using own = by.looking();
  await by.logIn(own, { ...gil, email });
  await own.submit(await own.open(link));
}

/** Somebody at the provider who has the address of a user that is tied to another one. */
export const NEWCOMER = {
  id: 'c-2',
  email: 'liz@fabrikam.example',
  emailVerified: true,
  name: 'Liz',
  username: 'liz',
  password: 'pw-liz',
};

/** {@link NEWCOMER} is refused, and an administrator decides that it is the same person. */
export async function seeConflict(
  service: TestService,
  about: {
    provider: Contoso;
    organization: Organization;
    email: string;
    administrator: Person;
    looking: () => LookingBrowser;
  },
): Promise<void> {
  const { email, provider } = about;
  await using newcomer = about.looking();
  const there = await newcomer.main(await newcomer.open(`${service.url}/login/start`), { email });
  const { username, password } = NEWCOMER;
  await newcomer.submit(there, { username, password }, { button: 'Log in' });
  await provider.endSessions();
  const client = await as(service, about.administrator);
  const users = `/organizations/${org(about.organization)}/users`;
  const [{ id }] = (await client.get(`${users}?search=${email}`)).body.items;
  const [conflict] = (await client.get(`${users}/${id}`)).body.conflicts;
  const path = `${users}/${id}/conflicts/${conflict.id}/same-person`;
  const { status } = await client.send('POST', path, { shown: conflict.shown });
  if (status !== 200) throw new Error(`it was not decided: ${status}`);
}
