import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatId } from '../../src/base/ids.ts';
import type { UserId } from '../../src/base/ids.ts';
import { randomUuid, sha256 } from '../../src/base/random.ts';
import type { Organization } from '../../src/organizations/organization.ts';
import { flushPlain } from '../../src/oidc/storage/plain-flush-store.ts';
import { makeApplication, makeManaged, makePerson, makeRoot } from '../support/fixtures.ts';
import type { Person } from '../support/fixtures.ts';
import { holdLane } from '../support/hold-lanes.ts';
import { openHttpBrowser } from '../support/http-browser.ts';
import type { HttpBrowser } from '../support/http-browser.ts';
import { logIn } from '../support/log-in.ts';
import { askForTokens, authorizeUrl, claimsOf, codeFor, redeem, VERIFIER } from '../support/relying-application.ts';
import type { RelyingApplication, TokenAnswer } from '../support/relying-application.ts';
import { startService } from '../support/start-service.ts';
import type { TestService } from '../support/start-service.ts';

/**
 * Requests that wait at the same moment share a statement. Whatever the others of it are (of another organization, forbidden,
 * malformed, racing, gone), each is answered as if it were alone. Where statements are not shared, these hold all the same.
 */
let service: TestService;
let root: Organization;
let reports: RelyingApplication;
let others: RelyingApplication;
let people: { person: Person; browser: HttpBrowser; organization: Organization }[];

beforeAll(async () => {
  service = await startService();
  root = await makeRoot(service);
  reports = await register(root, 'Reports', 9001);
  const organizations = [await makeManaged(service, root, 'Contoso'), await makeManaged(service, root, 'Fabrikam')];
  // For Contoso alone: nobody of Fabrikam may enter it.
  others = await register(root, 'Tickets', 9002);
  const { db } = service.database;
  const { id: applicationId } = await db
    .selectFrom('application')
    .select('id')
    .where('clientId', '=', others.clientId)
    .executeTakeFirstOrThrow();
  const allowed = { applicationId, organizationId: organizations[0]!.id, createdAt: service.clock.now() };
  await db.insertInto('applicationAccess').values(allowed).execute();
  people = [];
  for (const [i, organization] of [...organizations, ...organizations].entries()) {
    const person = await makePerson(service, organization, `person-${i}@${organization.name.toLowerCase()}.example`);
    const browser = openHttpBrowser({ now: () => service.clock.now(), stopAt: (url) => url.port.startsWith('900') });
    await logIn(browser, service, await browser.open(authorizeUrl(service, reports)), person);
    people.push({ person, browser, organization });
  }
  await redeem(service, reports, await codeFor(people[0]!.browser, service, reports)); // the application is known
});
afterAll(async () => {
  await Promise.all((people ?? []).map(async ({ browser }) => browser[Symbol.asyncDispose]()));
  await service?.close();
});

/** Sends requests that wait until all of them do, and then share what can be shared. */
async function together<T>(which: 'reads' | 'writes', requests: (() => Promise<T>)[], waiting?: number): Promise<T[]> {
  const held = await holdLane(service.database.db, which);
  const answers = requests.map(async (request) => request());
  await held.untilWaiting(waiting ?? requests.length);
  await held.release();
  return Promise.all(answers);
}

const silently = async (cookie: string, application: RelyingApplication, state: string): Promise<URL> => {
  const url = authorizeUrl(service, application, { prompt: 'none', state });
  const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
  return new URL(answer.headers.get('location') ?? `http://answered.example/${answer.status}`);
};
const cookieOf = (browser: HttpBrowser): string =>
  browser.cookies
    .all()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
const outcomeOf = (back: URL): string =>
  back.searchParams.get('error') ?? (back.searchParams.has('code') ? 'code' : back.href);
const errorOf = ({ status, body }: TokenAnswer): string => (status === 200 ? 'tokens' : String(body.error));

describe('authorization requests of one statement', () => {
  it('are each answered for their own browser, among strangers, browsers that left and organizations that may not', async () => {
    const stranger = 'session=nobodys-session-of-forty-three-characters-xx';
    const wanted: [string, RelyingApplication, string][] = [
      ...people.map(({ browser }, i): [string, RelyingApplication, string] => [cookieOf(browser), reports, `own-${i}`]),
      [stranger, reports, 'stranger'],
      [cookieOf(people[1]!.browser), others, 'forbidden'],
      [cookieOf(people[0]!.browser), others, 'allowed'],
      [`${cookieOf(people[0]!.browser)}x`, reports, 'bent'],
      ['session=%00%ff', reports, 'malformed'],
      [cookieOf(people[0]!.browser), reports, 'twice'],
    ];
    const alone: string[] = [];
    for (const [cookie, application, state] of wanted)
      alone.push(outcomeOf(await silently(cookie, application, state)));

    const leaving = new AbortController();
    const left = fetch(authorizeUrl(service, reports), {
      redirect: 'manual',
      headers: { cookie: cookieOf(people[3]!.browser) },
      signal: leaving.signal,
    }).catch((error: Error) => error.name);
    const asked = wanted.map(([cookie, application, state], i) => async () => {
      if (i === 3) leaving.abort();
      return silently(cookie, application, state);
    });
    const backs = await together('reads', asked, people.length + 3);
    expect(await left).toBe('AbortError');
    expect(backs.map(outcomeOf)).toEqual(alone);
    expect(backs.map((back) => back.searchParams.get('state') ?? back.href)).toEqual(
      wanted.map(([, , state], i) => backs[i]!.searchParams.get('state') ?? state),
    );
    expect(alone).toEqual([
      'code',
      'code',
      'code',
      'code',
      'login_required',
      'access_denied',
      'code',
      'login_required',
      'login_required',
      'code',
    ]);
    for (const [i, { person, organization }] of people.entries()) {
      const { body } = await redeem(service, reports, String(backs[i]!.searchParams.get('code')));
      expect(claimsOf(body.id_token)).toMatchObject({
        sub: formatId('usr', person.userId),
        org_id: formatId('org', organization.id),
        email: person.email,
      });
    }
  });
});

describe('codes of one statement', () => {
  const form = (application: RelyingApplication): Record<string, string> => ({
    grant_type: 'authorization_code',
    redirect_uri: application.redirectUri,
    code_verifier: VERIFIER,
  });

  it('give each application the tokens of its own user, and nothing to who may not, comes second or guesses', async () => {
    const codes: string[] = [];
    for (const { browser } of people) codes.push(await codeFor(browser, service, reports));
    const requests: (() => Promise<TokenAnswer>)[] = [
      ...people.map((_, i) => async () => redeem(service, reports, codes[i]!)),
      async () => redeem(service, reports, 'a-code-that-was-never-given-to-anybody-xxxxx'),
      async () => askForTokens(service, others, { ...form(reports), code: codes[1]! }),
      async () => askForTokens(service, reports, { ...form(reports), code: codes[2]!, code_verifier: `${VERIFIER}y` }),
    ];
    const answers = await together('reads', requests);
    expect(answers.map(errorOf)).toEqual([
      ...people.map(() => 'tokens'),
      'invalid_grant',
      'invalid_grant',
      'invalid_grant',
    ]);
    for (const [i, { person, organization }] of people.entries()) {
      expect(claimsOf(answers[i]!.body.id_token)).toMatchObject({
        sub: formatId('usr', person.userId),
        org_id: formatId('org', organization.id),
      });
    }
  });

  it('are taken once, also by two requests that wait to be written at the same moment, and leave one row', async () => {
    const codes: string[] = [];
    for (const { browser } of people) codes.push(await codeFor(browser, service, reports));
    const before = await tokenRows();
    const [one, other, ...rest] = codes;
    const answers = await together('writes', [
      async () => redeem(service, reports, one!),
      async () => redeem(service, reports, other!),
      async () => redeem(service, reports, one!),
      async () => redeem(service, reports, one!),
      ...rest.map((code) => async () => redeem(service, reports, code)),
    ]);
    const outcomes = answers.map(errorOf);
    const racing = [outcomes[0], outcomes[2], outcomes[3]];
    expect(racing.filter((outcome) => outcome === 'tokens')).toHaveLength(1);
    expect(racing.filter((outcome) => outcome === 'invalid_grant')).toHaveLength(2);
    expect([outcomes[1], ...outcomes.slice(4)]).toEqual([other, ...rest].map(() => 'tokens'));
    expect((await tokenRows()) - before).toBe(codes.length);
  });

  it('leave nothing where another server took the code first, beside a neighbour whose code is good', async () => {
    const { db } = service.database;
    const codes = [
      await codeFor(people[0]!.browser, service, reports),
      await codeFor(people[1]!.browser, service, reports),
    ];
    const now = service.clock.now();
    // Between this server's read and its write the other one came.
    await db.updateTable('oidcCode').set({ consumedAt: now }).where('codeHash', '=', sha256(codes[1]!)).execute();
    const before = await tokenRows();
    const taken = await together(
      'writes',
      codes.map((value, i) => async () => {
        const { person, organization } = people[i]!;
        const payload = { clientId: reports.clientId, scope: 'openid', sessionUid: 'any', expiresWithSession: true };
        return flushPlain(db, {
          now,
          session: null,
          tokens: {
            familyId: randomUuid(),
            startedAt: now,
            userId: person.userId,
            organizationInScopeId: organization.id,
            endsAt: null,
            isSuccessor: false,
            exchangedFrom: null,
            authTimeStated: true,
          },
          writes: [
            { kind: 'token-consume', model: 'AuthorizationCode', value },
            { kind: 'token-insert', model: 'AccessToken', value: randomUuid(), payload, lifetime: 600 },
          ],
          events: [],
        });
      }),
    );
    expect(taken).toEqual([true, false]);
    expect((await tokenRows()) - before).toBe(1);
  });
});

describe('what is written together', () => {
  it('fails alone: a row that PostgreSQL refuses is the error of its own request', async () => {
    const { db } = service.database;
    const entry = (index: number, note: string, userId = people[index]!.person.userId): Promise<boolean> =>
      flushPlain(db, {
        now: service.clock.now(),
        session: null,
        tokens: null,
        writes: [],
        events: [
          {
            kind: 'token.issued',
            organizationId: people[index]!.organization.id,
            actor: { kind: 'user', id: people[index]!.person.userId, name: people[index]!.person.email },
            userId,
            details: { application: note, organizationInScope: formatId('org', people[index]!.organization.id) },
          },
        ],
      });
    const held = await holdLane(db, 'writes');
    const written = [entry(0, 'neighbour one'), entry(1, 'spoiled', 'no uuid' as UserId), entry(2, 'neighbour two')];
    const outcomes = Promise.allSettled(written);
    await held.untilWaiting(3);
    await held.release();
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const rows = await db
      .selectFrom('auditEvent')
      .select(['details', 'organizationId'])
      .where('kind', '=', 'token.issued')
      .execute();
    const noted = rows.filter(({ details }) =>
      String((details as { application?: string }).application).startsWith('neighbour'),
    );
    expect(noted.map(({ organizationId }) => organizationId).toSorted()).toEqual(
      [people[0]!.organization.id, people[2]!.organization.id].toSorted(),
    );
  });

  it('says of each request from where it came, not from where its neighbours did', async () => {
    const marks = people.map(() => randomUuid());
    await together(
      'writes',
      people.map(
        ({ browser }, i) =>
          async () =>
            fetch(authorizeUrl(service, reports, { prompt: 'none' }), {
              redirect: 'manual',
              headers: { cookie: cookieOf(browser), 'user-agent': `Browser/${marks[i]!}` },
            }),
      ),
    );
    const rows = await service.database.db
      .selectFrom('auditEvent')
      .select(['userId', 'browser'])
      .where('kind', '=', 'token.issued')
      .where('browser', 'is not', null)
      .execute();
    const seen = rows.filter(({ browser }) => marks.some((mark) => browser?.includes(mark) === true));
    expect(new Map(seen.map(({ userId, browser }) => [userId, browser]))).toEqual(
      new Map(people.map(({ person }, i) => [person.userId, `Browser/${marks[i]!}`])),
    );
  });
});

async function register(owner: Organization, name: string, port: number): Promise<RelyingApplication> {
  const redirectUri = `http://127.0.0.1:${port}/back`;
  const { application, clientSecret } = await makeApplication(service, owner, { name, redirectUris: [redirectUri] });
  return { clientId: application.clientId, clientSecret, redirectUri };
}

async function tokenRows(): Promise<number> {
  const rows = await service.database.db.selectFrom('oidcAccessToken').select('tokenHash').execute();
  return rows.length;
}
