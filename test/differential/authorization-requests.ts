import type { Field, Session } from './field.ts';
import { replaceHeader, spoil, toSent } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Draw } from './draw.ts';
import { challengeOf } from './issued.ts';
import { howOdd, set } from './thought.ts';
import type { Thought } from './thought.ts';

const BROWSERS = ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '*/*', 'text/html'];

/** An authorization request of somebody who is logged in: half are plain. */
export function authorize(draw: Draw, field: Field): Thought {
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
    chunked: draw.chance(0.1),
  };
  for (let left = howOdd(draw); left > 0; left -= 1) {
    if (draw.chance(0.6)) spoil(draw, draft);
    else bendAuthorization(draw, field, draft, session);
  }
  return { sent: toSent(draft), asked };
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
          cookie.startsWith('__Host-') ? cookie.replaceAll('__Host-', '') : `__Host-${cookie}`,
          cookie.replace('__Host-', '__host-'),
          `${cookie.slice(0, -2)}zz`,
        ]),
      ),
    () => void headers.push(['cookie', draw.one([cookie, 'x=y', draw.one(field.sessions).cookie])]),
  ])();
}
