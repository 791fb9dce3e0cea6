import { expect } from 'vitest';
import { sql } from 'kysely';
import { SERVICE } from '../../src/audit/audit-event.ts';
import { currentOrigin } from '../../src/audit/origin.ts';
import { createRecoveryLink } from '../../src/authenticators/ask-for-reset.ts';
import { findReset } from '../../src/authenticators/reset-password.ts';
import { SEEN_IDENTIFIERS } from '../../src/backup/epoch/redeemable-tables.ts';
import { after, HOUR } from '../../src/base/clock.ts';
import type { TemplateId } from '../../src/base/ids.ts';
import { parseId } from '../../src/base/ids.ts';
import { randomSecret, randomUuid, sha256 } from '../../src/base/random.ts';
import { openConsent } from '../../src/connections/template/answer-consent.ts';
import { openTrial } from '../../src/connections/trial/open-trial.ts';
import { inTransaction } from '../../src/db/database.ts';
import { insertSetupLink, selectSetupLink } from '../../src/invitations/setup-link-store.ts';
import { findRedeemedInvitation, redeemInvitation } from '../../src/invitations/redeem-invitation.ts';
import { enqueueJob } from '../../src/jobs/enqueue-job.ts';
import { RESET_LINKS } from '../../src/logins/people/mail-reset-links.ts';
import { postMail } from '../../src/mail/post-mail.ts';
import { createTexts } from '../../src/texts/catalog.ts';
import { mailAddressCode, takeAddressCode } from '../../src/users/address/address-code.ts';
import { selectAddressProofOfLink } from '../../src/users/address/address-proof-store.ts';
import { sendAddressProof } from '../../src/users/address/prove-address.ts';
import { apiClient } from './api-client.ts';
import { askForDevice, pollOnce } from './devices.ts';
import { goToProvider } from './federation.ts';
import { makeApplication, makePerson } from './fixtures.ts';
import { openHttpBrowser } from './http-browser.ts';
import type { HttpBrowser } from './http-browser.ts';
import { logIn } from './log-in.ts';
import { codeIn as mailedCode, linkNamed } from './mailbox.ts';
import { addApiToken, addSession, addUser, org } from './people.ts';
import { authorizeUrl, codeFor, codeIn, push, redeem, refresh } from './relying-application.ts';
import type { SetupStage } from './setup-links.ts';
import type { TestService } from './start-service.ts';
import { invite, sendElsewhere } from './stories.ts';
import { addTrial } from './trials.ts';

/** Everything redeemable that the service gives. */
export interface Given extends AsyncDisposable {
  /** Each says whether one thing can be presented at this moment. */
  works: Record<string, () => Promise<boolean>>;
}

interface Giving {
  stage: SetupStage;
  works: Given['works'];
  openBrowser: () => HttpBrowser;
}

/** Gives one of every kind of thing that can be presented later: sessions, tokens, links, codes, and mails with them. */
export async function giveEverything(stage: SetupStage): Promise<Given> {
  const browsers: HttpBrowser[] = [];
  const openBrowser = (): HttpBrowser => {
    const browser = openHttpBrowser({
      now: () => stage.service.clock.now(),
      stopAt: ({ port, host }) => port === '9001' || host === 'login.contoso.example',
    });
    browsers.push(browser);
    return browser;
  };
  const works: Given['works'] = {};
  const giving = { stage, works, openBrowser };
  await giveSessionsAndTokens(giving);
  await giveLinks(giving);
  await giveWhatAdministratorsMake(giving);
  return {
    works,
    async [Symbol.asyncDispose]() {
      for (const browser of browsers) await browser[Symbol.asyncDispose]();
    },
  };
}

function groundOf({ database, clock, secrets, config, url }: TestService) {
  return { db: database.db, clock, secrets, config, url, publicUrl: config.publicUrl, texts: createTexts('Gatehouse') };
}

const lastOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1);

async function giveSessionsAndTokens({ stage, works, openBrowser }: Giving): Promise<void> {
  const { service, houses } = stage;
  const redirectUri = 'http://127.0.0.1:9001/back';
  const made = await makeApplication(service, houses.northwind, { redirectUris: [redirectUri] });
  const offline = await makeApplication(service, houses.northwind, { redirectUris: [redirectUri], offline: true });
  const device = await makeApplication(service, houses.northwind, {
    name: 'Television',
    kind: 'native',
    deviceLogin: true,
    redirectUris: [],
  });
  const application = { clientId: made.application.clientId, clientSecret: made.clientSecret, redirectUri };
  const kept = { clientId: offline.application.clientId, clientSecret: offline.clientSecret, redirectUri };
  const maria = await makePerson(service, houses.northwind, 'maria@northwind.example');
  const browser = openBrowser();
  const back = await logIn(browser, service, await browser.open(authorizeUrl(service, application)), maria);
  const first = await redeem(service, application, codeIn(back, application));
  const long = await redeem(service, kept, await codeFor(browser, service, kept));

  works['the session of a browser'] = async () =>
    (await browser.open(authorizeUrl(service, application))).stoppedAt?.searchParams.has('code') === true;
  works['an authorization code'] = async () => (await redeem(service, application, codes.pop()!)).status === 200;
  const codes = [await codeFor(browser, service, application), await codeFor(browser, service, application)];
  works['an access token'] = async () => {
    const headers = { authorization: `Bearer ${first.body.access_token}` };
    return (await fetch(`${service.url}/oauth2/userinfo`, { headers })).status === 200;
  };
  works['a refresh token'] = async () =>
    (await refresh(service, application, first.body.refresh_token!)).status === 200;
  works['a refresh token that outlives sessions'] = async () =>
    (await refresh(service, kept, long.body.refresh_token!)).status === 200;
  const pushed = [await push(service, application), await push(service, application)];
  works['a pushed request'] = async () => {
    const parameters = { client_id: application.clientId, request_uri: pushed.pop()! };
    const page = await openBrowser().open(`${service.url}/oauth2/authorize?${new URLSearchParams(parameters)}`);
    return page.title.includes('Log in');
  };
  await groundOf(service)
    .db.insertInto('oidcRecord')
    .values({
      kind: SEEN_IDENTIFIERS,
      idHash: sha256('an assertion'),
      payload: '{}',
      expiresAt: after(service.clock.now(), HOUR),
    })
    .execute();
  const waiting = await askForDevice(service, device.application.clientId);
  works['a device code'] = async () => {
    const { body } = await pollOnce(service, device.application.clientId, waiting);
    return body.error === 'authorization_pending' || body.error === 'slow_down';
  };

  const early = openBrowser();
  const page = await early.open(`${service.url}/login/start`);
  works['a login under way'] = async () => (await early.open(page.url)).title.includes('Log in');
  await sendElsewhere(service, houses.contoso);
  await addUser(groundOf(service), houses.contoso, 'lena@contoso.example');
  await sql`insert into organization_domain (domain, organization_id, created_at)
    values ('contoso.example', ${houses.contoso.id}, ${service.clock.now()})`.execute(groundOf(service).db);
  const away = openBrowser();
  const sent = await goToProvider(away, service, 'lena@contoso.example');
  expect(sent.stoppedAt?.host).toBe('login.contoso.example');
}

async function giveLinks({ stage, works, openBrowser }: Giving): Promise<void> {
  const { service, houses, mailbox } = stage;
  const ground = groundOf(service);
  const { db, clock } = ground;
  const link = await invite(service, mailbox, houses.fabrikam, 'ines@fabrikam.example');
  works['the link of an invitation'] = async () => {
    const page = await openBrowser().open(link);
    return !page.text.includes('This invitation has expired');
  };
  const cookie = randomSecret();
  const taken = await invite(service, mailbox, houses.fabrikam, 'jonas@fabrikam.example');
  await redeemInvitation(ground, { token: lastOf(taken), browserSecret: cookie });
  works['an invitation that a browser redeemed'] = async () =>
    (await findRedeemedInvitation(ground, cookie)) !== undefined;

  const paula = await addUser(ground, houses.fabrikam, 'paula@fabrikam.example');
  const who = { userId: paula.id, organizationId: paula.organizationId, email: paula.email };
  const recovery = await createRecoveryLink(ground, who, SERVICE);
  works['the link of the operator to a locked-out user'] = async () =>
    (await findReset(ground, lastOf(recovery.url), 'recovery')) !== undefined;

  const token = randomSecret();
  const proposal = { organizationName: null, email: null, expiresAt: after(clock.now(), HOUR) };
  await insertSetupLink(db, { ...proposal, id: randomUuid(), tokenHash: sha256(token) }, clock.now());
  works['the link that sets the service up'] = async () =>
    (await selectSetupLink(db, sha256(token), clock.now())) !== undefined;

  const setup = await stage.makeLink(await stage.newOrganization());
  const holder = openBrowser();
  expect((await stage.open(holder, setup)).text).toContain('Where do your people have their accounts?');
  works['a setup link in the browser that proved its mailbox'] = async () =>
    (await holder.open(setup.url)).text.includes('Where do your people have their accounts?');
  const unopened = await stage.makeLink(await stage.newOrganization());
  works['a setup link that nobody opened'] = async () => {
    const page = await openBrowser().open(unopened.url);
    return page.text.includes('Mail me a code');
  };

  const session = await addSession(ground, paula);
  const prover = { userId: paula.id, organizationId: paula.organizationId, sessionId: session.sessionId };
  await mailAddressCode(ground, prover, { t: ground.texts.default, organizationPath: houses.fabrikam.path });
  const code = mailedCode(await mailbox.waitForMail({ to: paula.email, subject: /proves your address/ }));
  works['a mailed code'] = async () => {
    // Before, it is only seen that it waits: taken, it would be gone.
    const known = await db.selectFrom('addressCode').select('userId').where('userId', '=', paula.id).execute();
    return known.length > 0 || takeAddressCode(ground, prover, code);
  };
  const tom = await addUser(ground, houses.fabrikam, 'tom@fabrikam.example');
  await inTransaction(ground, async (deps) => sendAddressProof(deps, { user: tom, organization: houses.fabrikam }));
  const proof = await mailbox.waitForMail({ to: tom.email, subject: /./ });
  const proofLink = linkNamed(proof, 'Confirm address');
  works['the link that proves an address'] = async () =>
    (await selectAddressProofOfLink(db, sha256(lastOf(proofLink)), clock.now())) !== undefined;
}

async function giveWhatAdministratorsMake({ stage, works }: Giving): Promise<void> {
  const { service, houses } = stage;
  const ground = groundOf(service);
  const { db, clock } = ground;
  const isAdministratingToken = async () => true;
  const secret = randomSecret();
  const trial = parseId('tri', await addTrial(ground, houses.fabrikam));
  await db
    .updateTable('trialRun')
    .set({ linkHash: sha256(secret) })
    .where('trialId', '=', trial)
    .execute();
  works['the link of a test'] = async () =>
    (await openTrial({ ...ground, isAdministratingToken }, secret)) !== undefined;

  const templateId = randomUuid() as TemplateId;
  const method = 'entra-id';
  await sql`insert into connection_template (id, organization_id, method, name, client_id, cloud, credential, created_at)
    values (${templateId}, ${houses.northwind.id}, ${method}, 'Northwind', ${randomUuid()}, 'public', 'none', ${clock.now()})`.execute(
    db,
  );
  const consent = randomSecret();
  await sql`insert into admin_consent (id, template_id, organization_id, email, token_hash, asked_by_kind, asked_by_name,
      made_at, expires_at, state_hash, browser_hash)
    values (${randomUuid()}, ${templateId}, ${houses.fabrikam.id}, 'admin@fabrikam.example', ${sha256(consent)}, 'operator',
      'operator', ${clock.now()}, ${after(clock.now(), HOUR)}, ${sha256('state')}, ${sha256('browser')})`.execute(db);
  works['the link that asks for an admin consent'] = async () =>
    (await openConsent({ ...ground, isAdministratingToken }, consent)) !== undefined;

  const token = await addApiToken(ground, houses.northwind, 'administrator');
  works['an API token'] = async () => (await apiClient(service.url, token).get('/organizations')).status === 200;

  const anna = await addUser(ground, houses.northwind, 'otto@northwind.example', { role: 'administrator' });
  const path = `/organizations/${org(houses.northwind)}/api-tokens`;
  const answers: string[] = [];
  works['an answer kept for an Idempotency-Key'] = async () => {
    const api = apiClient(service.url, (await addSession(ground, anna)).token);
    const answer = await api.send('POST', path, { role: 'viewer' }, { 'idempotency-key': 'once' });
    answers.push(String(answer.body.token));
    return answers.length === 1 || answers.at(-1) === answers.at(-2);
  };

  // Written and not yet sent: as of a mail server that took none when the backup was made.
  const invited = await db.selectFrom('invitation').select(['id', 'userId']).limit(1).executeTakeFirstOrThrow();
  await inTransaction(ground, async (deps) => {
    await postMail(deps, {
      subject: 'Welcome',
      text: 'https://gatehouse.example/login/invitation/secret',
      html: '',
      kind: 'invitation',
      recipient: 'waiting@fabrikam.example',
      organizationId: houses.fabrikam.id,
      userId: invited.userId,
      invitationId: invited.id,
      carries: { replaceKey: 'a link', expiresAt: after(clock.now(), HOUR), urgent: true },
    });
    const payload = { addressKey: 'paula@fabrikam.example', origin: currentOrigin() };
    await enqueueJob(deps, { kind: RESET_LINKS, payload, organizationId: null });
    await sql`update job set due_at = ${after(clock.now(), HOUR)} where kind in ('mail.urgent', 'reset-links')`.execute(
      deps.db,
    );
  });
  works['a mail that waits'] = async () => {
    const { rows: waiting } = await sql`select from mail_outbox where sealed_message is not null
      and recipient = 'waiting@fabrikam.example'`.execute(db);
    return waiting.length > 0;
  };
  works['a job that would mail a link'] = async () => {
    const { rows: waiting } = await sql`select from job where kind in ('mail.urgent', 'reset-links')`.execute(db);
    return waiting.length > 0;
  };
}
