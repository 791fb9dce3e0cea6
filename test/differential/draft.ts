import type { Draw } from './draw.ts';
import type { Sent } from './worlds.ts';
import { escapeAll } from './worlds.ts';

/** A request while it is being thought of. */
export interface Draft {
  method: string;
  path: string;
  parameters: [string, string][];
  headers: [string, string][];
  /** Where the parameters go; `neither` for what is written by hand. */
  into: 'address' | 'form';
  /** How they are written. */
  writing: 'usual' | 'escaped' | 'bare' | 'plus' | 'broken';
  /** Behind all of it. */
  tail: string;
  /** In the place of the form. */
  body: string | undefined;
  chunked: boolean;
}

/** What the values of any parameter may be. */
export const ODD_VALUES = [
  '',
  ' ',
  'x',
  '0',
  'null',
  '[object Object]',
  'a b',
  'a+b',
  '%',
  '"<>\'',
  'ü',
  '😀',
  '\u0000',
  '\ud800x',
  'x'.repeat(3000),
  ',',
  '{"a":1}',
  'true',
  '*',
];

/** Parameters that a plain request has not, with values that mean something. */
export const FOREIGN: readonly (readonly [string, readonly string[]])[] = [
  ['prompt', ['none', 'login', 'consent', 'select_account', 'none login', 'other']],
  ['max_age', ['0', '1', '100000', '-1', 'x']],
  ['acr_values', ['phr', 'http://schemas.openid.net/pape/policies/2007/06/multi-factor', 'other']],
  [
    'claims',
    [
      '{"id_token":{"email":null}}',
      '{"userinfo":{"name":{"essential":true}}}',
      '{',
      '[]',
      '{"id_token":{"acr":{"essential":true,"value":"phr"}}}',
    ],
  ],
  ['claims_locales', ['de']],
  ['id_token_hint', ['x', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.x']],
  ['login_hint', ['maria@contoso.example', 'somebody@else.example', 'x']],
  ['ui_locales', ['de', 'en de']],
  ['display', ['page', 'popup']],
  ['request', ['x', 'eyJhbGciOiJub25lIn0.e30.']],
  ['request_uri', ['urn:ietf:params:oauth:request_uri:x', 'https://x.example/']],
  ['registration', ['{}']],
  ['resource', ['https://api.example/', 'x', 'http://localhost/api/v1']],
  ['response_mode', ['query', 'fragment', 'form_post', 'jwt', 'other']],
  ['dpop_jkt', ['x', '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I']],
  ['organization', ['org_aaaaaaaaaaaaaaaaaaaaaaaaaa', 'x']],
  ['try_ticket', ['x']],
  ['authorization_details', ['[]', '[{"type":"x"}]']],
  ['web_message_uri', ['https://x.example/']],
  ['utm_source', ['mail']],
  ['__proto__', ['x']],
  ['constructor', ['x']],
  ['scope[]', ['email']],
  ['client_id ', ['x']],
  ['audience', ['x']],
  ['refresh_token', ['x']],
  ['device_code', ['x']],
  ['username', ['x']],
  ['subject_token', ['x']],
  ['client_assertion', ['x', 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.x']],
  ['client_assertion_type', ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer']],
  ['client_secret', ['x']],
  ['code', ['x']],
  ['grant_type', ['authorization_code', 'refresh_token']],
  ['code_verifier', ['x']],
  ['scope', ['openid', 'email']],
  ['nonce', ['n']],
  ['state', ['s']],
];

/** Headers that a plain request has not. */
const FOREIGN_HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['dpop', ['x', 'eyJhbGciOiJFUzI1NiJ9.eyJpYXQiOjF9.x', '']],
  ['oauth-client-attestation', ['x', '']],
  ['oauth-client-attestation-pop', ['x']],
  [
    'origin',
    [
      'https://spa.example',
      'https://app1.example',
      'null',
      'https://evil.example',
      '',
      'http://127.0.0.1',
      'com.example.app:',
    ],
  ],
  [
    'authorization',
    [
      '',
      'Bearer x',
      'Basic',
      'Basic x',
      'Basic !!!!',
      'Digest a=b',
      'basic eDp5',
      'Basic eDp5 x',
      'Basic  eDp5',
      'Basic eDp5Og==',
    ],
  ],
  ['x-forwarded-proto', ['https', 'ftp']],
  ['x-forwarded-host', ['evil.example']],
  ['x-http-method-override', ['DELETE']],
  ['if-none-match', ['*', '"x"']],
  ['range', ['bytes=0-1']],
  ['accept-encoding', ['gzip']],
  ['accept-language', ['de', 'xx,de;q=0.1']],
  ['content-encoding', ['gzip']],
  ['access-control-request-method', ['POST']],
  ['te', ['trailers']],
];

const ACCEPTED = [
  'application/json',
  'text/plain',
  'text/html;q=0',
  'text/html;q=0.1',
  '*/*;q=0',
  '',
  'image/*',
  ';',
  'text/*',
  'text/html',
  '*/*,text/html;q=0',
  'text/html,text/html;q=0',
  'TEXT/HTML',
  'text/html ,x',
  'application/xhtml+xml,text/html',
];

/** Changes one thing about a request that any request may have otherwise. */
export function spoil(draw: Draw, draft: Draft): void {
  const { parameters, headers } = draft;
  const at = draw.below(Math.max(1, parameters.length));
  const chosen = parameters[at];
  const [name, value] = chosen ?? ['x', 'y'];
  draw.one<() => void>([
    () => void parameters.splice(at, 1),
    () => void parameters.push([name, value]),
    () => void parameters.push([name, draw.one(ODD_VALUES)]),
    () => void parameters.unshift([name, '']),
    () => void (parameters[at] = [name, draw.one(ODD_VALUES)]),
    () => void (parameters[at] = [name, `${value}${draw.one([' ', 'x', '\n', '%20', ','])}`]),
    () => void (parameters[at] = [name, `${draw.one([' ', 'x', '\t'])}${value}`]),
    () => void (parameters[at] = [name.toUpperCase(), value]),
    () => void (parameters[at] = [name, draw.chance(0.5) ? value.toUpperCase() : value.slice(0, -1)]),
    () => addForeign(draw, parameters),
    () => addForeign(draw, parameters),
    () => addForeign(draw, parameters),
    () => void parameters.push([draw.text(5, 'abcdefgh_'), draw.text(5)]),
    () => void parameters.splice(0, parameters.length, ...draw.shuffled(parameters)),
    () => void (draft.writing = draw.one(['escaped', 'bare', 'plus', 'broken'])),
    () =>
      void (draft.tail = draw.one([
        '&',
        '&&',
        '&x',
        '&=',
        '#x',
        '&x=%zz',
        '&%',
        '&x=%ff',
        '&state=%E4',
        ';a=b',
        '&a;b=c',
        '\ufeff',
        '&x=%00',
        ' ',
      ])),
    () => void (draft.method = draw.one(['HEAD', 'POST', 'GET', 'PUT', 'OPTIONS', 'DELETE', 'PATCH', 'get'])),
    () => void (draft.into = draft.into === 'form' ? 'address' : 'form'),
    () =>
      void (draft.path = draw.one([
        `${draft.path}/`,
        `${draft.path}?`,
        draft.path.toUpperCase(),
        `/${draft.path}`,
        `${draft.path}/x`,
        `${draft.path}?a=b`,
        draft.path.replace('t', '%74'),
        `/x/..${draft.path}`,
        `http://localhost${draft.path}`,
      ])),
    () => addHeader(draw, headers),
    () => addHeader(draw, headers),
    () => addHeader(draw, headers),
    () => replaceHeader(headers, 'accept', draw.one(ACCEPTED)),
    () => replaceHeader(headers, 'accept', draw.one(ACCEPTED)),
    () => void headers.push(...headers.filter(() => draw.chance(0.5))),
  ])();
}

function addForeign(draw: Draw, parameters: [string, string][]): void {
  const [name, values] = draw.one(FOREIGN);
  parameters.push([name, draw.chance(0.1) ? draw.one(ODD_VALUES) : draw.one(values)]);
}

function addHeader(draw: Draw, headers: [string, string][]): void {
  const [name, values] = draw.one(FOREIGN_HEADERS);
  headers.push([name, draw.one(values)]);
}

/** Sets a header, wherever it stood. */
export function replaceHeader(headers: [string, string][], name: string, value: string | null): void {
  const left = headers.filter(([known]) => known !== name);
  headers.splice(0, headers.length, ...left, ...(value === null ? [] : [[name, value] as [string, string]]));
}

/** The request as it is sent. */
export function toSent({ method, path, parameters, headers, into, writing, tail, body, chunked }: Draft): Sent {
  const written =
    body ?? parameters.map(([name, value]) => `${write(name, writing)}=${write(value, writing)}`).join('&') + tail;
  const takesBody = into === 'form' && method !== 'GET' && method !== 'get' && method !== 'HEAD';
  const query = takesBody || written === '' ? '' : `${path.includes('?') ? '&' : '?'}${written}`;
  const form: [string, string][] =
    takesBody && !headers.some(([name]) => name === 'content-type')
      ? [['content-type', 'application/x-www-form-urlencoded']]
      : [];
  const length: [string, string][] = takesBody && chunked ? [['transfer-encoding', 'chunked']] : [];
  return {
    method,
    path: sendable(`${path}${query}`),
    headers: [...headers, ...form, ...length].map(([name, value]) => [
      name,
      value.replaceAll(/[^\t\u0020-\u00ff]/g, '?'),
    ]),
    body: takesBody ? written : undefined,
  };
}

const PLACE = /\{\{(\d+)\}\}/g;

function write(text: string, writing: Draft['writing']): string {
  const proper = text.toWellFormed();
  const places = proper.match(PLACE) ?? [];
  if (writing === 'escaped') {
    return places.length > 0 ? proper.replace(PLACE, '{{$1%}}') : escapeAll(proper);
  }
  if (writing === 'bare') return proper.replaceAll(/[&=#\s]/g, '');
  const encoded = encodeURIComponent(proper).replaceAll(/%7B%7B(\d+)%7D%7D/g, '{{$1}}');
  if (writing === 'plus') return encoded.replaceAll('%20', '+');
  return writing === 'broken' ? encoded.replace(/%(.)./, '%$1').replace(/e$/, '%e') : encoded;
}

/** What Node's client takes as an address: no spaces and control characters, octets alone. */
function sendable(path: string): string {
  return Buffer.from(path.replaceAll(/[\s\p{Cc}]/gu, '')).toString('latin1');
}
