import type { Client, Field } from './field.ts';
import { replaceHeader, spoil, toSent } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Draw } from './draw.ts';
import { challengeOf } from './issued.ts';
import type { IssuedCode } from './issued.ts';
import { howOdd, set } from './thought.ts';
import type { Thought } from './thought.ts';

/** A token request for a code that was given: half are plain. */
export function redeem(draw: Draw, field: Field, code: IssuedCode): Thought {
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
    chunked: draw.chance(0.1),
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
export function authenticate(
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

/** HTTP Basic (RFC 7617). */
export const basic = (user: string, password: string): string =>
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
