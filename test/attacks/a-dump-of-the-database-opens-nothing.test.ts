import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiClient } from '../support/api-client.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { linkNamed, linksIn, startMailbox } from '../support/mailbox.ts';
import type { Mailbox } from '../support/mailbox.ts';
import { addApiToken, org } from '../support/people.ts';
import { VERIFIER, askForTokens, authorizeUrl, codeFor, codeIn, redeem } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

let service: TestService;
let mailbox: Mailbox;
let anna: Person;
let reports: RelyingApplication;
/** One living secret of each kind, as its owner holds it. */
const held: Record<string, string> = {};

beforeAll(async () => {
  mailbox = await startMailbox();
  service = await startService({ settings: { SMTP_URL: mailbox.url, MAIL_FROM: 'gatehouse@northwind.example' } });
  const root = await makeRoot(service);
  const contoso = await makeManaged(service, root, 'Contoso');
  anna = await makePerson(service, root, 'anna@northwind.example', { role: 'administrator' });
  const redirectUri = 'http://127.0.0.1:9001/back';
  const { application, clientSecret } = await makeApplication(service, root, { redirectUris: [redirectUri] });
  reports = { clientId: application.clientId, clientSecret, redirectUri };
  held['client secret'] = clientSecret!;

  const ground = { db: service.database.db, clock: service.clock };
  held['api token'] = await addApiToken(ground, root, 'administrator');
  const program = apiClient(service.url, held['api token']);
  const body = { addresses: 'maria@contoso.example' };
  await program.send('POST', `/organizations/${org(contoso)}/invitations`, body, {
    'idempotency-key': 'a-key-of-one-request',
  });
  const invitation = await mailbox.waitForMail({ to: 'maria@contoso.example' });
  held['invitation'] = linkNamed(invitation, 'Access Gatehouse').split('/').at(-1)!;

  const forgetful = openHttpBrowser({ now: () => service.clock.now() });
  const page = await forgetful.open(`${service.url}/login/forgot`);
  // Somebody else: who logs in needs no link, and it dies.
  const ben = await makePerson(service, root, 'ben@northwind.example');
  await forgetful.submit(page, { email: ben.email });
  const mail = await mailbox.waitForMail({ to: ben.email });
  held['reset link'] = linksIn(mail)
    .find((link) => link.includes('/login/reset/'))!
    .split('/')
    .at(-1)!;

  const browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port === '9001' });
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), anna);
  const tokens = await redeem(service, reports, codeIn(back, reports));
  held['access token'] = tokens.body.access_token!;
  held['refresh token'] = tokens.body.refresh_token!;
  held['session'] = browser.cookies.get(new URL(service.url), 'session')!.value;
  held['code'] = await codeFor(browser, service, reports);
});
afterAll(async () => {
  await service.close();
  await mailbox.stop();
});

/** Whether a text opens something, tried in every place that takes a secret. The last two consume what they take. */
const DOORS: Readonly<Record<string, (text: string) => Promise<boolean>>> = {
  'api token': async (text) => (await get('/api/v1/me', { authorization: `Bearer ${text}` })).status === 200,
  'access token': async (text) => (await get('/oauth2/userinfo', { authorization: `Bearer ${text}` })).status === 200,
  session: async (text) => (await (await get('/', { cookie: `session=${text}` })).text()).includes('Your applications'),
  invitation: async (text) => (await (await get(`/login/invitation/${text}`)).text()).includes('Log In'),
  'reset link': async (text) => (await (await get(`/login/reset/${text}`)).text()).includes('type="password"'),
  'client secret': async (text) => {
    const presented = { ...reports, clientSecret: text };
    const answer = await askForTokens(service, presented, { grant_type: 'refresh_token', refresh_token: 'none' });
    return answer.body.error !== 'invalid_client';
  },
  code: async (text) => {
    const form = {
      grant_type: 'authorization_code',
      code: text,
      redirect_uri: reports.redirectUri,
      code_verifier: VERIFIER,
    };
    return (await askForTokens(service, reports, form)).status === 200;
  },
  'refresh token': async (text) =>
    (await askForTokens(service, reports, { grant_type: 'refresh_token', refresh_token: text })).status === 200,
};

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(service.url + path, { headers, redirect: 'manual' });
}

/** Every text in every column of every row: as it stands, bytes in the usual spellings, parts of JSON one by one. */
async function everyText(): Promise<string[]> {
  const { db } = service.database;
  const tables = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r'`.execute(db);
  const texts = new Set<string>();
  const take = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value);
    else if (Buffer.isBuffer(value))
      for (const form of ['hex', 'base64', 'base64url', 'utf8'] as const) texts.add(value.toString(form));
    else if (Array.isArray(value)) value.forEach(take);
    else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
      for (const [key, part] of Object.entries(value)) [key, part].forEach(take);
    }
  };
  // As the owner without row-level security, as a dump is taken.
  await service.database.open.migrating(async (owner) => {
    for (const { name } of tables.rows) {
      await sql`alter table ${sql.table(name)} no force row level security`.execute(owner);
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(owner);
      for (const row of rows) Object.values(row).forEach(take);
    }
  });
  // What no header, no address and no cookie can carry cannot be presented.
  return [...texts].filter((text) => text.length >= 6 && /^[\u0021-\u007e]+$/.test(text) && !/[;,"\\%?#/]/.test(text));
}

/** Limits would refuse the later ones unread; here every one shall be read. */
async function forgetAttempts(): Promise<void> {
  await service.database.db.deleteFrom('rateLimit').execute();
}

test('no text of any table opens what its owner’s secret opens', async () => {
  const texts = await everyText();
  expect(texts.length).toBeGreaterThan(150);
  const opened: string[] = [];
  for (const text of texts) {
    expect(Object.values(held)).not.toContain(text);
    await forgetAttempts();
    const tried = Object.entries(DOORS).map(async ([door, opens]) => ((await opens(text)) ? [`${door}: ${text}`] : []));
    opened.push(...(await Promise.all(tried)).flat());
  }
  expect(opened).toEqual([]);

  await forgetAttempts();
  // The doors are the right ones: what their owners hold opens each, still.
  for (const [door, opens] of Object.entries(DOORS)) {
    expect({ door, opens: await opens(held[door]!) }).toEqual({ door, opens: true });
  }
});
