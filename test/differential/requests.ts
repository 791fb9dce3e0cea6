import type { Client, Field, Session } from './field.ts';
import { replaceHeader, spoil, toSent } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Draw } from './draw.ts';
import { challengeOf } from './issued.ts';
import type { AskedFor, Issued, IssuedCode } from './issued.ts';
import type { Sent } from './worlds.ts';

/** A request, and what its code would be redeemed with. */
export interface Thought {
  sent: Sent;
  asked: AskedFor;
}

/** Thinks of the next request: mostly a plain one or one that is nearly plain. */
export function think(draw: Draw, field: Field, issued: Issued): Thought {
  const redeemable = issued.codes.filter(({ used }) => used === 0);
  const which = draw.below(100);
  if (which < 8) return other(draw, field, issued);
  if (which < 16 && issued.codes.length > 0) return redeem(draw, field, draw.one(issued.codes));
  return redeemable.length > 0 && which < 60 ? redeem(draw, field, redeemable.at(-1)!) : authorize(draw, field);
}

const BROWSERS = ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '*/*', 'text/html'];

function authorize(draw: Draw, field: Field): Thought {
  const client = draw.one(draw.chance(0.85) ? field.usual : field.unusual);
  const session = draw.one(field.sessions);
  const asked = {
    client,
    redirectUri: draw.one(client.redirectUris) ?? 'https://x.example/',
    verifier: draw.text(43 + draw.below(86)),
  };
  const headers: [string, string][] = [['cookie', session.cookie]];
  if (draw.chance(0.9)) headers.push(['accept', draw.one(BROWSERS)]);
  const parameters: [string, string][] = [
    ['client_id', client.id],
    ['redirect_uri', asked.redirectUri],
    ['response_type', 'code'],
    ['scope', draw.one(['openid profile email', 'openid', 'email openid', 'openid profile'])],
    ['code_challenge', challengeOf(asked.verifier)],
    ['code_challenge_method', 'S256'],
  ];
  if (draw.chance(0.8))
    parameters.push([
      'state',
      draw.chance(0.5) ? draw.text(20) : draw.one(['a b', 'a+b&c=d', '"', '{"x":1}', 'ü', "it's<b>"]),
    ]);
  if (draw.chance(0.7)) parameters.push(['nonce', draw.text(16)]);
  const draft: Draft = {
    method: 'GET',
    path: '/oauth2/authorize',
    parameters,
    headers,
    into: 'address',
    writing: 'usual',
    tail: '',
    body: undefined,
  };
  for (let left = howOdd(draw); left > 0; left -= 1) {
    if (draw.chance(0.6)) spoil(draw, draft);
    else bendAuthorization(draw, field, draft, session);
  }
  return { sent: toSent(draft), asked };
}

/** How many things are odd about a request: half have none. */
function howOdd(draw: Draw): number {
  return draw.one([0, 0, 0, 0, 1, 1, 1, 2]);
}

function set(parameters: [string, string][], name: string, value: string): void {
  const known = parameters.find(([each]) => each === name);
  if (known === undefined) parameters.push([name, value]);
  else known[1] = value;
}

const SCOPES = [
  'profile',
  'openid openid',
  'openid  email',
  ' openid',
  'openid ',
  'openid offline_access',
  'openid unknown',
  'OPENID',
  'openid\temail',
  'openid "email"',
  'email',
  'offline_access',
  'openid profile email address phone',
  'openid api',
];
const RESPONSE_TYPES = ['token', 'id_token', 'code id_token', 'CODE', 'code code', 'none', 'code ', 'code token'];

function bendAuthorization(draw: Draw, field: Field, { parameters, headers }: Draft, session: Session): void {
  const verifier = draw.text(43);
  const other = draw.one([...field.usual, ...field.unusual]);
  const { cookie } = session;
  const [first = ''] = cookie.split(/[=;]/);
  draw.one<() => void>([
    () => set(parameters, 'scope', draw.one(SCOPES)),
    () => set(parameters, 'scope', draw.one(SCOPES)),
    () => set(parameters, 'response_type', draw.one(RESPONSE_TYPES)),
    () => set(parameters, 'code_challenge_method', draw.one(['plain', 's256', 'S512'])),
    () =>
      set(
        parameters,
        'code_challenge',
        draw.one([
          challengeOf(verifier).slice(0, 42),
          draw.text(129),
          draw.text(128),
          `${challengeOf(verifier)}=`,
          `${challengeOf(verifier).slice(0, 42)}!`,
          verifier,
        ]),
      ),
    () =>
      void parameters.splice(
        0,
        parameters.length,
        ...parameters.filter(([name]) => !name.startsWith('code_challenge')),
      ),
    () => set(parameters, 'redirect_uri', draw.one(other.redirectUris) ?? 'x'),
    () =>
      set(
        parameters,
        'redirect_uri',
        draw.one([
          'http://127.0.0.1:4711/back',
          'http://localhost/back',
          'https://APP1.example/back',
          'https://app1.example/back/',
          'https://app1.example/back?x=y',
          'https://app1.example/../back',
          'https://app1.example/back#x',
          'javascript:alert(1)',
          '/back',
        ]),
      ),
    () => set(parameters, 'client_id', draw.one([other.id, `try.${other.id}`, 'x', 'app_', other.id.toUpperCase()])),
    () => set(parameters, 'organization', draw.one(field.organizations).id),
    () =>
      replaceHeader(
        headers,
        'cookie',
        draw.one([
          null,
          '',
          'x=y',
          cookie.toUpperCase(),
          `${cookie}x`,
          `x${cookie}`,
          `${first}=x`,
          `${first}=`,
          cookie.replace('=', '="').replace(/(;|$)/, '"$1'),
          `a=b; ${cookie}; c=d`,
          `${first}=${draw.text(43)}; ${cookie}`,
          `${cookie}; ${first}=${draw.text(43)}`,
          cookie.replace(/;.*/, ''),
          cookie.replaceAll('.sig', '.gis'),
          `${cookie.slice(0, -2)}zz`,
        ]),
      ),
    () => void headers.push(['cookie', draw.one([cookie, 'x=y', draw.one(field.sessions).cookie])]),
  ])();
}

function redeem(draw: Draw, field: Field, code: IssuedCode): Thought {
  const { client, redirectUri, verifier } = code;
  code.used += 1;
  const headers: [string, string][] = [];
  if (draw.chance(0.5)) headers.push(['accept', draw.one(['application/json', '*/*', 'text/html'])]);
  const parameters: [string, string][] = [
    ['grant_type', 'authorization_code'],
    ['code', `{{${code.place}}}`],
    ['redirect_uri', redirectUri],
    ['code_verifier', verifier],
  ];
  authenticate(draw, client, parameters, headers, draw.chance(0.9) ? 0 : 1);
  if (draw.chance(0.2))
    headers.push(['origin', draw.chance(0.7) ? new URL(redirectUri).origin : 'https://evil.example']);
  if (draw.chance(0.3))
    headers.push([
      'content-type',
      draw.one(['application/x-www-form-urlencoded; charset=utf-8', 'application/x-www-form-urlencoded;charset=UTF-8']),
    ]);
  const draft: Draft = {
    method: 'POST',
    path: '/oauth2/token',
    parameters,
    headers,
    into: 'form',
    writing: 'usual',
    tail: '',
    body: undefined,
  };
  const odd = howOdd(draw);
  for (let left = odd; left > 0; left -= 1) {
    if (draw.chance(0.5)) spoil(draw, draft);
    else bendRedemption(draw, field, draft, code);
  }
  // What was refused for its form may be redeemed still.
  if (odd > 0 && draw.chance(0.5)) code.used = 0;
  return { sent: toSent(draft), asked: { client, redirectUri, verifier } };
}

/** `which`: the newest secret, one that holds still, one that has ended. */
function authenticate(
  draw: Draw,
  client: Client,
  parameters: [string, string][],
  headers: [string, string][],
  which: number,
): void {
  const secret = client.secrets[which];
  const byForm = draw.chance(0.1) ? !client.byForm : client.byForm;
  if (secret === undefined || byForm) parameters.push(['client_id', client.id]);
  if (secret === undefined) return;
  if (byForm) parameters.push(['client_secret', secret]);
  else headers.push(['authorization', basic(client.id, secret)]);
  if (!byForm && draw.chance(0.3)) parameters.push(['client_id', client.id]);
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const TYPES = [
  'application/json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded; charset=iso-8859-1',
  'application/x-www-form-urlencoded; charset=utf-16',
  'application/x-www-form-urlencoded; charset="utf-8"',
  'application/x-www-form-urlencoded; charset=nonsense',
  'APPLICATION/X-WWW-FORM-URLENCODED',
  'application/x-www-form-urlencoded;',
  '',
  'application/x-www-form-urlencoded, text/plain',
  'application/x-www-form-urlencoded; x=y',
];

function bendRedemption(draw: Draw, field: Field, draft: Draft, code: IssuedCode): void {
  const { parameters, headers } = draft;
  const { client, verifier } = code;
  const other = draw.one([...field.usual, ...field.unusual]);
  const [secret = 'x', still = 'x', ended = 'x'] = client.secrets;
  const strip = (): void => {
    replaceHeader(headers, 'authorization', null);
    const left = parameters.filter(([name]) => !name.startsWith('client_'));
    parameters.splice(0, parameters.length, ...left);
  };
  draw.one<() => void>([
    () =>
      set(
        parameters,
        'grant_type',
        draw.one([
          'refresh_token',
          'client_credentials',
          'password',
          'implicit',
          'Authorization_Code',
          'urn:ietf:params:oauth:grant-type:device_code',
          'authorization_code ',
        ]),
      ),
    () => set(parameters, 'code', draw.one(['x', draw.text(43), `{{${code.place}}}x`, ` {{${code.place}}}`, ''])),
    () =>
      set(
        parameters,
        'redirect_uri',
        draw.one([...client.redirectUris, ...other.redirectUris, `${code.redirectUri}/`, `${code.redirectUri}?`]),
      ),
    () =>
      set(
        parameters,
        'code_verifier',
        draw.one([
          draw.text(43),
          verifier.slice(0, -1),
          `${verifier}x`,
          verifier.toLowerCase(),
          draw.text(42),
          draw.text(129),
          `${verifier.slice(0, 42)}!`,
          challengeOf(verifier),
        ]),
      ),
    () => set(parameters, 'client_id', other.id),
    () => {
      strip();
      authenticate(draw, other, parameters, headers, 0);
    },
    () => {
      strip();
      authenticate(draw, client, parameters, headers, draw.one([1, 2]));
    },
    () => strip(),
    () => {
      strip();
      headers.push([
        'authorization',
        draw.one([
          basic(client.id, 'wrong'),
          basic(client.id, ''),
          basic('', secret),
          basic(client.id, `${secret}:x`),
          basic(other.id, secret),
          basic(client.id, ended),
          basic(client.id, still),
          basic(encodeURIComponent(`${client.id}`).replace('_', '%5F'), secret),
          basic(client.id, `${secret}%`),
          basic(client.id, `${secret}+`),
          basic(client.id, `ü${secret}`),
          basic(client.id, secret).replace('Basic', 'basic'),
          basic(client.id, secret).replace(' ', '  '),
          basic(client.id, secret).replaceAll('=', ''),
          `${basic(client.id, secret)}=`,
          basic(client.id, secret).toLowerCase(),
          `Bearer ${secret}`,
          basic(client.id, secret).replace('Basic', 'Bearer'),
        ]),
      ]);
    },
    () => {
      strip();
      parameters.push(
        ['client_id', client.id],
        ['client_secret', draw.one(['wrong', '', secret, still, ended, `${secret} `, secret.toLowerCase()])],
      );
    },
    () => void parameters.push(['client_secret', secret]),
    () => void headers.push(['authorization', basic(client.id, draw.one([secret, 'x']))]),
    () => replaceHeader(headers, 'content-type', draw.one(TYPES)),
    () => replaceHeader(headers, 'content-type', draw.one(TYPES)),
    () =>
      void (draft.body = draw.one([
        '',
        '{"grant_type":"authorization_code"}',
        '&',
        '=',
        '\ufeffgrant_type=authorization_code',
        'grant_type',
        '{{0}}',
      ])),
    () => void headers.push(['origin', draw.one(['https://spa.example', new URL(code.redirectUri).origin, 'null'])]),
    () =>
      void (draft.path = draw.one(['/oauth2/token?grant_type=authorization_code', '/oauth2/token?', '/oauth2/token/'])),
  ])();
}

/** What is done with tokens afterwards, and other endpoints. */
function other(draw: Draw, field: Field, issued: Issued): Thought {
  const client = draw.one(field.usual);
  const headers: [string, string][] = [];
  const parameters: [string, string][] = [];
  const draft: Draft = {
    method: 'POST',
    path: '',
    parameters,
    headers,
    into: 'form',
    writing: 'usual',
    tail: '',
    body: undefined,
  };
  const token = issued.accessTokens.length === 0 ? undefined : draw.one(issued.accessTokens);
  const refreshed = issued.refreshTokens.length === 0 ? undefined : draw.one(issued.refreshTokens);
  const holder = draw.chance(0.9) ? (refreshed?.client ?? client) : client;
  draw.one<() => void>([
    () => {
      Object.assign(draft, { method: 'GET', path: '/oauth2/userinfo' });
      headers.push(['authorization', `Bearer {{${token?.place ?? 0}}}`]);
    },
    () => {
      draft.path = '/oauth2/token';
      parameters.push(['grant_type', 'refresh_token'], ['refresh_token', `{{${refreshed?.place ?? 0}}}`]);
      authenticate(draw, holder, parameters, headers, 0);
    },
    () => {
      draft.path = draw.one(['/oauth2/introspect', '/oauth2/revoke']);
      parameters.push(['token', `{{${draw.one([token?.place, refreshed?.place]) ?? 0}}}`]);
      authenticate(draw, holder, parameters, headers, 0);
    },
    () => {
      Object.assign(draft, { method: 'OPTIONS', path: '/oauth2/token' });
      headers.push(['origin', 'https://spa.example'], ['access-control-request-method', 'POST']);
    },
    () => {
      Object.assign(draft, {
        method: draw.one(['GET', 'POST']),
        path: draw.one(['/oauth2/token', '/oauth2/authorize', '/oauth2/authorize/x', '/oauth2/par', '/logout']),
      });
      headers.push(['cookie', draw.chance(0.2) ? draw.one(field.sessions).cookie : 'x=y']);
    },
  ])();
  return { sent: toSent(draft), asked: { client: holder, redirectUri: client.redirectUris[0]!, verifier: '' } };
}
