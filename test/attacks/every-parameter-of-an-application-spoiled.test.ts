import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeManaged } from '../support/fixtures.ts';
import { authorizeUrl, VERIFIER } from '../support/relying-application.ts';
import type { RelyingApplication } from '../support/relying-application.ts';
import { BACK, BYE, startWrongApplications } from '../support/wrong-applications.ts';
import type { WrongApplications } from '../support/wrong-applications.ts';

// Lesson: every parameter of every endpoint may be missing, doubled, empty, malformed or as large as a server takes, of an
// application that is in whatever state. The answer is the standard's; nothing of it comes back, and nothing breaks.

let ground: WrongApplications;
const applications = new Map<string, RelyingApplication>();
const STATES = ['live', 'of a suspended organization', 'removed', 'with another secret by now'] as const;

beforeAll(async () => {
  ground = await startWrongApplications();
  const { db } = ground.service.database;
  for (const state of STATES) applications.set(state, await ground.register({ postLogoutRedirectUris: [BYE] }));
  const one = (state: string) =>
    db.updateTable('application').where('clientId', '=', applications.get(state)!.clientId);
  await db.deleteFrom('application').where('clientId', '=', applications.get('removed')!.clientId).execute();
  await one('with another secret by now')
    .set({ clientSecretHash: Buffer.alloc(32, 9) })
    .execute();
  const suspended = await makeManaged(ground.service, ground.root, 'Fabrikam');
  const suspendedAt = ground.service.clock.now();
  await db.updateTable('organization').set({ suspendedAt }).where('id', '=', suspended.id).execute();
  await one('of a suspended organization').set({ organizationId: suspended.id }).execute();
});
afterAll(async () => ground?.[Symbol.asyncDispose]());

const MARK = 'm4rk';
type Pairs = [name: string, value: string][];
const SPOILED: [how: string, spoil: (pairs: Pairs, name: string) => Pairs][] = [
  ['absent', (pairs, name) => pairs.filter(([one]) => one !== name)],
  ['doubled', (pairs, name) => [...pairs, [name, `${MARK}-again`]]],
  ['empty', (pairs, name) => put(pairs, name, '')],
  ['malformed', (pairs, name) => put(pairs, name, `"><script>${MARK}</script>\u202E\r\nSet-Cookie: ${MARK}=1`)],
  ['with what cannot be stored', (pairs, name) => put(pairs, name, `${MARK}\0`)],
  ['very large', (pairs, name) => put(pairs, name, `${MARK}${'x'.repeat(5000)}`)],
];

function put(pairs: Pairs, name: string, value: string): Pairs {
  return [...pairs.filter(([one]) => one !== name), [name, value]];
}

const OF_A_REQUEST = (
  'client_id redirect_uri response_type scope nonce code_challenge code_challenge_method prompt ' +
  'max_age login_hint id_token_hint ui_locales acr_values claims request request_uri ' +
  'response_mode organization resource display registration dpop_jkt'
).split(' ');
const OF_A_LOGOUT = ['client_id', 'post_logout_redirect_uri', 'id_token_hint', 'state', 'logout_hint', 'ui_locales'];
const TO_PROGRAMS: [path: string, names: string[]][] = [
  [
    '/oauth2/token',
    ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'refresh_token', 'scope', 'client_id', 'client_secret'],
  ],
  ['/oauth2/token', ['client_assertion', 'client_assertion_type', 'resource']],
  ['/oauth2/par', [...OF_A_REQUEST, 'client_secret', 'client_assertion']],
  ['/oauth2/introspect', ['token', 'token_type_hint', 'client_id', 'client_secret']],
  ['/oauth2/revoke', ['token', 'token_type_hint', 'client_id', 'client_secret']],
];
/** Error codes of RFC 6749 4.1.2.1 and 5.2, RFC 7009, RFC 8707, RFC 9126, RFC 9449 and OpenID Connect Core 3.1.2.6. */
const STANDARD =
  /^(invalid_(request|client|grant|scope|target|request_uri|request_object|dpop_proof|redirect_uri)|unauthorized_client|access_denied|unsupported_(grant_type|response_type|response_mode|token_type)|(login|consent|interaction)_required|request_not_supported|request_uri_not_supported|registration_not_supported)$/;

/** A reason to look closer; undefined for a good answer of an address that browsers open. */
async function faultOfPage(url: URL): Promise<string | undefined> {
  const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
  const body = await answer.text();
  const location = answer.headers.get('location');
  if (answer.status >= 500) return `status ${answer.status}`;
  if (body.includes(MARK)) return `it came back in the page: ${body.slice(0, 300)}`;
  if (answer.headers.get('set-cookie')?.includes(MARK) === true) return 'it came back in a cookie';
  if (location === null)
    return [200, 400, 413, 414, 431].includes(answer.status) ? undefined : `status ${answer.status}`;
  const to = new URL(location, ground.service.url);
  if (!to.href.startsWith(BACK) && to.origin !== ground.service.url) return `sent to ${to.href.slice(0, 100)}`;
  if (to.href.startsWith(BACK)) {
    const error = to.searchParams.get('error') ?? new URLSearchParams(to.hash.slice(1)).get('error') ?? '';
    if (!STANDARD.test(error)) return `error ${error}`;
    to.searchParams.delete('state');
  }
  return to.href.includes(MARK) ? `it came back in ${to.href.slice(0, 300)}` : undefined;
}

async function faultOfAnswer(path: string, pairs: Pairs): Promise<string | undefined> {
  const answer = await fetch(new URL(path, ground.service.url), { method: 'POST', body: new URLSearchParams(pairs) });
  const text = await answer.text();
  if (text.includes(MARK)) return `it came back: ${text.slice(0, 300)}`;
  if (answer.status >= 500) return `status ${answer.status}`;
  if (answer.status < 300) return undefined;
  const { error } = JSON.parse(text) as { error?: string };
  if (![400, 401, 413].includes(answer.status)) return `status ${answer.status}`;
  return STANDARD.test(error ?? '') ? undefined : `error ${error}`;
}

async function faults(names: string[], pairs: Pairs, look: (pairs: Pairs) => Promise<string | undefined>) {
  const found: string[] = [];
  for (const name of names) {
    const all = SPOILED.map(async ([how, spoil]) => {
      const fault = await look(spoil(pairs, name));
      if (fault !== undefined) found.push(`${name} ${how}: ${fault}`);
    });
    await Promise.all(all);
  }
  return found;
}

describe.each(STATES)('an application %s', (state) => {
  const application = () => applications.get(state)!;
  const request = (): Pairs => [...authorizeUrl(ground.service, application()).searchParams];

  test('at the authorization endpoint', async () => {
    const look = async (pairs: Pairs) =>
      faultOfPage(new URL(`/oauth2/authorize?${new URLSearchParams(pairs).toString()}`, ground.service.url));
    expect(await faults(OF_A_REQUEST, request(), look)).toEqual([]);
  });

  test('at the logout', async () => {
    const { clientId } = application();
    const pairs: Pairs = [
      ['client_id', clientId],
      ['post_logout_redirect_uri', BYE],
    ];
    const look = async (spoiled: Pairs) =>
      faultOfPage(new URL(`/logout?${new URLSearchParams(spoiled).toString()}`, ground.service.url));
    expect(
      await faults(
        OF_A_LOGOUT.filter((name) => name !== 'state'),
        pairs,
        look,
      ),
    ).toEqual([]);
  });

  test.each(TO_PROGRAMS)('at %s', async (path, names) => {
    const { clientId, clientSecret } = application();
    const pairs: Pairs = [
      ...(path === '/oauth2/par' ? request() : []),
      ['grant_type', 'authorization_code'],
      ['code', 'a-code'],
      ['code_verifier', VERIFIER],
      ['token', 'a-token'],
      ...(path === '/oauth2/par' ? [] : ([['redirect_uri', BACK]] as Pairs)),
      ...(path === '/oauth2/par' ? [] : ([['client_id', clientId]] as Pairs)),
      ['client_secret', clientSecret!],
    ];
    expect(await faults(names, pairs, async (spoiled) => faultOfAnswer(path, spoiled))).toEqual([]);
  });
});

test('of all that, the owner has at most ten events of each cause', async () => {
  const counts = new Map<string, number>();
  for (const { application, cause } of await ground.events()) {
    const key = `${String(application)} ${String(cause)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(5);
  expect([...counts.values()].filter((count) => count > 10)).toEqual([]);
  expect(JSON.stringify(await ground.events())).not.toMatch(/[\u202E\r\n]/);
});
