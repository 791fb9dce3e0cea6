import { generateKeyPair, exportJWK } from 'jose';
import { randomPlainSecret, sha256 } from '../../src/base/random.ts';
import type { Application } from '../../src/applications/application.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { authorizeUrl } from '../support/relying-application.ts';
import type { TestService } from '../support/start-service.ts';

/** A client and what is known of it. */
export interface Client {
  id: string;
  /** Of the application; null for one of the service's own. */
  applicationId: string | null;
  redirectUris: string[];
  /** The newest first, then one that holds still and one that has ended; empty for one that has none. */
  secrets: string[];
  byForm: boolean;
}

/** A browser that somebody is logged in in. */
export interface Session {
  cookie: string;
  userId: string;
}

/** Who and what requests are drawn from. */
export interface Field {
  /** Those that plain requests come from. */
  usual: Client[];
  unusual: Client[];
  sessions: Session[];
  people: Person[];
  organizations: Organization[];
  /** Ids that both services have alike. */
  names: Set<string>;
}

type Settings = Parameters<typeof makeApplication>[2];

/** Fills a database with applications of every kind, and logs people in. */
export async function furnish(service: TestService): Promise<Field> {
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  const fabrikam = await makeManaged(service, root, 'Fabrikam');
  const { db } = service.database;
  await db.insertInto('limitPolicy').values({ name: 'network-logins', most: 1_000_000 }).execute();
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }] };
  let count = 0;
  const add = async (settings: Partial<Settings> = {}, owner = root): Promise<Client> => {
    count += 1;
    const kind = settings.kind ?? 'web';
    const redirectUris = settings.redirectUris ?? [`https://app${count}.example/back`, `http://127.0.0.1:90${count}/`];
    const made = await makeApplication(service, owner, { name: `App ${count}`, kind, ...settings, redirectUris });
    return toClient(service, made.application, made.clientSecret);
  };
  const usual = [
    await add({ signingAlgorithm: 'ES256' }),
    await add({ refreshTokens: false }),
    await add({ clientAuthentication: 'client_secret_post' }),
    await add({ kind: 'browser', redirectUris: ['https://spa.example/', 'https://spa.example/silent?frame=1'] }),
    await add({ kind: 'native', redirectUris: ['http://127.0.0.1/back', 'com.example.app:/back'] }),
    await add({ firstParty: false, name: 'Asks' }),
    await add({ firstParty: false, kind: 'browser', name: 'Asks too' }),
    await add({ offline: true }),
    await add({ rotateRefreshTokens: true, unprovenAddresses: true }),
    await add({ backchannelLogoutUri: 'https://app.example/logout', postLogoutRedirectUris: ['https://app.example/'] }),
    await add({ withoutPkce: true, redirectUris: ['https://query.example/back?a=b&c=d%20e&state=old'] }),
    await add({ access: [contoso.id], initiateLoginUri: 'https://app.example/start' }),
    await add({ firstParty: false, name: 'Of Contoso' }, contoso),
  ];
  const unusual = [
    await add({ redirectUris: ["https://odd.example/it's(here)", 'https://odd.example/a;b!c$d'] }),
    await add({ redirectUris: ['https://odd.example/{braces}|^'.replace('{braces}|^', '%7Bbraces%7D')] }),
    await add({
      highSecurity: true,
      redirectUris: ['https://high.example/back'],
      clientAuthentication: 'private_key_jwt',
      jwks: keys,
    }),
    await add({ clientAuthentication: 'private_key_jwt', jwks: keys }),
    await add({ kind: 'native', deviceLogin: true }),
    await add({ kind: 'machine', redirectUris: [], firstParty: false, refreshTokens: false }),
    ownClient(service, 'console', '/console/callback'),
    ownClient(service, 'start', '/login/done'),
    ownClient(service, `try.${usual[0]!.id}`, '/console/tried'),
    ownClient(service, 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa', '/nobody'),
    ownClient(service, `try.${usual[5]!.id}`, '/console/tried'),
  ];

  const people = [
    await makePerson(service, root, 'root@northwind.example', { role: 'administrator' }),
    await makePerson(service, contoso, 'maria@contoso.example', { role: 'viewer' }),
    await makePerson(service, contoso, 'jonas@contoso.example'),
    await makePerson(service, fabrikam, 'ada@fabrikam.example'),
  ];
  const sessions: Session[] = [];
  for (const person of [...people, ...people, people[1]!]) sessions.push(await open(service, usual[0]!, person));
  await furnishDetails(service, usual, people);
  const names = new Set([
    ...[root, contoso, fabrikam].map(({ id }) => id as string),
    ...people.map(({ userId }) => userId as string),
    ...[...usual, ...unusual].flatMap(({ id, applicationId }) => [id, applicationId ?? '']),
  ]);
  return { usual, unusual, sessions, people, organizations: [root, contoso, fabrikam], names };
}

/** The same behind https: the service's own addresses, and what browsers keep its cookies by. */
export function overHttps(field: Field): Field {
  const own = (client: Client): Client => ({
    ...client,
    redirectUris: client.redirectUris.map((uri) => uri.replace(/^http:/, 'https:')),
  });
  return {
    ...field,
    unusual: field.unusual.map((client) => (client.applicationId === null ? own(client) : client)),
    sessions: field.sessions.map(({ cookie, userId }) => ({
      cookie: cookie.replaceAll(/(^|; )/g, '$1__Host-'),
      userId,
    })),
  };
}

async function toClient(service: TestService, application: Application, secret: string | null): Promise<Client> {
  const { id, clientId, redirectUris, clientAuthentication, organizationId } = application;
  const secrets = secret === null ? [] : [secret, randomPlainSecret(), randomPlainSecret()];
  const now = service.clock.now().getTime();
  for (const [i, other] of secrets.slice(1).entries()) {
    await service.database.db
      .insertInto('applicationSecret')
      .values({
        id: crypto.randomUUID() as never,
        applicationId: id,
        organizationId,
        secretHash: sha256(other),
        expiresAt: new Date(now + (i === 0 ? 7 * 86_400_000 : -1000)),
      })
      .execute();
  }
  return {
    id: clientId,
    applicationId: id,
    redirectUris,
    secrets,
    byForm: clientAuthentication === 'client_secret_post',
  };
}

function ownClient(service: TestService, id: string, path: string): Client {
  return { id, applicationId: null, redirectUris: [new URL(path, service.url).href], secrets: [], byForm: false };
}

async function open(service: TestService, client: Client, person: Person): Promise<Session> {
  const browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.host.endsWith('.example') });
  const application = { clientId: client.id, clientSecret: null, redirectUri: client.redirectUris[0]! };
  await logIn(browser, service, await browser.open(authorizeUrl(service, application)), person);
  const url = new URL('/oauth2/authorize', service.url);
  const cookie = browser.cookies.headerFor({ url, method: 'GET' }) ?? '';
  await browser[Symbol.asyncDispose]();
  return { cookie, userId: person.userId };
}

/** Profiles, roles, consents. */
async function furnishDetails(service: TestService, usual: Client[], people: Person[]): Promise<void> {
  const { db } = service.database;
  const [, maria, jonas] = people;
  const now = service.clock.now();
  await db
    .updateTable('appUser')
    .set({ name: 'Maria Sanchez', givenName: 'Maria', familyName: 'Sanchez', locale: 'es', profileChangedAt: now })
    .where('id', '=', maria!.userId)
    .execute();
  await db.updateTable('appUser').set({ emailProvenAt: null }).where('id', '=', jonas!.userId).execute();
  const asking = usual.filter((_, i) => [5, 6, 12].includes(i));
  for (const person of people) {
    for (const [i, client] of asking.entries()) {
      if (person === people[3] && i === 0) continue;
      await db
        .insertInto('applicationConsent')
        .values({
          userId: person.userId,
          applicationId: client.applicationId as never,
          organizationId: person.organizationId,
          scope: ['openid profile email', 'email openid', 'openid'][(i + people.indexOf(person)) % 3]!,
          grantedAt: now,
        })
        .execute();
    }
  }
  for (const role of ['editor', 'billing']) {
    await db
      .insertInto('userApplicationRole')
      .values({
        userId: maria!.userId,
        applicationId: usual[0]!.applicationId as never,
        organizationId: maria!.organizationId,
        role,
        createdAt: now,
      })
      .execute();
  }
}
