import type { Client, Field } from './field.ts';
import { replaceHeader, toSent } from './draft.ts';
import type { Draft } from './draft.ts';
import { challengeOf } from './issued.ts';
import type { AskedFor } from './issued.ts';
import { basic } from './token-requests.ts';
import { set } from './thought.ts';
import type { Sent } from './worlds.ts';

/** A request that is plain but for one thing, which the direct way has to leave to the library. */
export interface Edge {
  about: string;
  /** Changes the request. */
  bend?: (draft: Draft, field: Field) => void;
  client?: (field: Field) => Client;
  /** What is otherwise in the database meanwhile: with the application as `a`. */
  meddle?: (client: Client) => string;
  /** Whose digest the code was asked for with, and that redeems it. */
  verifier?: string;
}

const VERIFIER = 'a-code-verifier-of-forty-three-characters-x';

export function plainAuthorization(
  field: Field,
  { client: choose, bend, verifier = VERIFIER }: Edge,
): { sent: Sent; asked: AskedFor } {
  const client = choose?.(field) ?? field.usual[0]!;
  const asked = {
    client,
    redirectUri: client.redirectUris[0] ?? 'https://x.example/',
    verifier,
  };
  const draft: Draft = {
    ...PLAIN,
    method: 'GET',
    path: '/oauth2/authorize',
    into: 'address',
    headers: [['cookie', field.sessions[0]!.cookie]],
    parameters: [
      ['client_id', client.id],
      ['redirect_uri', asked.redirectUri],
      ['response_type', 'code'],
      ['scope', 'email openid'],
      ['state', 'a state'],
      ['nonce', 'a nonce'],
      ['code_challenge', challengeOf(verifier)],
      ['code_challenge_method', 'S256'],
    ],
  };
  bend?.(draft, field);
  return { sent: toSent(draft), asked };
}

export function plainRedemption(
  field: Field,
  place: string,
  { client: choose, bend, verifier = VERIFIER }: Edge,
): Sent {
  const client = choose?.(field) ?? field.usual[0]!;
  const [secret] = client.secrets;
  const draft: Draft = {
    ...PLAIN,
    method: 'POST',
    path: '/oauth2/token',
    into: 'form',
    headers: secret === undefined ? [] : [['authorization', basic(client.id, secret)]],
    parameters: [
      ['grant_type', 'authorization_code'],
      ['code', `{{${place}}}`],
      ['redirect_uri', client.redirectUris[0]!],
      ['code_verifier', verifier],
      ...(secret === undefined ? [['client_id', client.id] as [string, string]] : []),
    ],
  };
  bend?.(draft, field);
  return toSent(draft);
}

const PLAIN = { writing: 'usual', tail: '', body: undefined, chunked: false } as const;

const parameter = (name: string, value: string): Pick<Edge, 'about' | 'bend'> => ({
  about: `${name}=${value}`,
  bend: ({ parameters }) => set(parameters, name, value),
});
const header = (name: string, value: string): Pick<Edge, 'about' | 'bend'> => ({
  about: `${name}: ${value}`,
  bend: ({ headers }) => replaceHeader(headers, name, value),
});
const public_ = (field: Field): Client => field.usual[3]!;
const asking = (field: Field): Client => field.usual[5]!;

/** Node's `querystring`, by which the library reads, counts what is empty between them, and reads on to the thousandth. */
const SEPARATORS = '&'.repeat(1000);
const written = ({ parameters }: Draft): string =>
  parameters.map(([name, value]) => `${name}=${value.startsWith('{{') ? value : encodeURIComponent(value)}`).join('&');

/** Of authorization requests. */
export const AUTHORIZATION_EDGES: readonly Edge[] = [
  { about: 'HEAD', bend: (draft) => void (draft.method = 'HEAD') },
  { about: 'an absolute address', bend: (draft) => void (draft.path = 'http://localhost/oauth2/authorize') },
  { about: 'a broken escape', bend: (draft) => void (draft.tail = '%') },
  {
    about: 'an escape that is no text',
    bend: (draft) => void (draft.tail = '&x=%ff'),
  },
  { about: 'a fragment', bend: (draft) => void (draft.tail = '#') },
  { about: 'a thousand separators', bend: (draft) => void (draft.path += `?${SEPARATORS}`) },
  header('accept', 'text/html;q=0'),
  header('accept', 'application/json'),
  parameter('response_type', 'none'),
  parameter('response_type', 'code id_token'),
  parameter('code_challenge_method', 'plain'),
  parameter('code_challenge', 'short'),
  parameter('code_challenge', `${challengeOf(VERIFIER)}!`),
  parameter('scope', 'openid offline_access'),
  parameter('scope', 'openid other'),
  parameter('scope', 'email profile'),
  parameter('scope', 'openid email openid'),
  parameter('prompt', 'login'),
  parameter('max_age', '0'),
  parameter('claims', '{"id_token":{"name":null}}'),
  parameter('state', ''),
  parameter('state', 'ü'),
  { about: 'state twice', bend: ({ parameters }) => void parameters.push(['state', 'another']) },
  parameter('redirect_uri', 'https://app1.example/other'),
  parameter('client_id', 'x'),
  { about: 'the console', client: ({ unusual }) => unusual[6]! },
  { about: 'the start page', client: ({ unusual }) => unusual[7]! },
  { about: 'an application that is tried', client: ({ unusual }) => unusual[8]! },
  {
    about: 'an application that is tried and was allowed',
    client: ({ unusual }) => unusual[10]!,
    meddle: () => `update application_consent set scope = 'openid profile email'`,
  },
  { about: 'a redirect URI with an apostrophe', client: ({ unusual }) => unusual[0]! },
  { about: 'high security', client: ({ unusual }) => unusual[2]! },
  { about: 'keys', client: ({ unusual }) => unusual[3]! },
  {
    about: 'scopes that are not allowed',
    client: asking,
    meddle: () => `update application_consent set scope = 'openid'`,
  },
  {
    ...parameter('scope', 'openid orders:read'),
    client: asking,
    meddle: () => `update application_consent set scope = 'openid orders:read'`,
  },
  { about: 'no consent', client: asking, meddle: () => 'delete from application_consent' },
  { about: 'a user who is disabled', meddle: () => `update app_user set status = 'disabled'` },
  { about: 'a suspended organization', meddle: () => `update organization set suspended_at = '2020-01-01'` },
  {
    about: 'an application of another organization',
    meddle: ({ applicationId }) =>
      `update application set organization_id = (select id from organization where name = 'Fabrikam') where id = '${applicationId}'`,
  },
  { about: 'a session that is over', meddle: () => `update session set expires_at = '2020-01-01'` },
  { about: 'a session whose user is not stored', meddle: () => 'update session set user_id = null' },
  { about: 'a session of nobody', meddle: () => `update session set payload = payload - 'accountId'` },
  {
    about: 'a session of another user',
    meddle: () => `update session set payload = payload || '{"accountId":"usr_aaaaaaaaaaaaaaaaaaaaaaaaaa"}'`,
  },
  { about: 'a session that outlives the browser', meddle: () => `update session set payload = payload - 'transient'` },
];

const TYPE = 'content-type';
const form = 'application/x-www-form-urlencoded';
/** The application proves itself otherwise. */
const proves = (about: string, how: (client: Client, draft: Draft) => void): Edge => ({
  about,
  bend(draft, field) {
    replaceHeader(draft.headers, 'authorization', null);
    how(field.usual[0]!, draft);
  },
});
const byHeader = (about: string, value: (client: Client, secret: string) => string): Edge =>
  proves(about, (client, { headers }) => void headers.push(['authorization', value(client, client.secrets[0]!)]));
const code = (payload: string): Edge => ({
  about: `code: ${payload}`,
  meddle: () => `update oidc_code set payload = payload ${payload} where consumed_at is null`,
});

/** Of token requests. */
export const TOKEN_EDGES: readonly Edge[] = [
  { about: 'PUT', bend: (draft) => void (draft.method = 'PUT') },
  { about: 'a query', bend: (draft) => void (draft.path = '/oauth2/token?x=y') },
  { about: 'a form that begins as an address would', bend: (draft) => void (draft.body = `?${written(draft)}`) },
  { about: 'a form of a thousand separators', bend: (draft) => void (draft.body = `${SEPARATORS}${written(draft)}`) },
  header(TYPE, 'application/json'),
  header(TYPE, `${form}; charset=utf-16`),
  header(TYPE, `${form}; charset=nonsense`),
  header('dpop', 'x'),
  header('oauth-client-attestation', 'x'),
  header('origin', 'https://evil.example'),
  parameter('grant_type', 'refresh_token'),
  parameter('resource', 'https://api.example/'),
  parameter('code', 'x'),
  parameter('redirect_uri', 'https://app1.example/other'),
  parameter('code_verifier', VERIFIER.replace('x', 'y')),
  parameter('code_verifier', VERIFIER.slice(0, 42)),
  parameter('code_verifier', `${VERIFIER.slice(0, 42)}!`),
  { about: 'a verifier that is too short', verifier: 'short' },
  { about: 'a verifier of other characters', verifier: `${VERIFIER}!` },
  { about: 'code twice', bend: ({ parameters }) => void parameters.push(['code', 'x']) },
  parameter('client_id', 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa'),
  {
    about: 'a secret beside the header',
    bend: ({ parameters }, { usual }) => void parameters.push(['client_secret', usual[0]!.secrets[0]!]),
  },
  byHeader('a wrong secret', ({ id }) => basic(id, 'wrong')),
  byHeader('a secret that ended', ({ id, secrets }) => basic(id, secrets[2]!)),
  byHeader('base64 with bits to spare', ({ id }, secret) => `${basic(id, secret)}A`),
  byHeader('base64 without padding', ({ id }, secret) => basic(id, secret).replaceAll('=', '')),
  byHeader('an escape in the header', ({ id }, secret) => basic(id.replace('_', '%5F'), secret)),
  byHeader('a plus in the header', ({ id }, secret) => basic(id, `${secret}+`)),
  byHeader('a second colon', ({ id }, secret) => basic(id, `${secret}:x`)),
  byHeader('Bearer', (_, secret) => `Bearer ${secret}`),
  proves('no secret', ({ id }, { parameters }) => void parameters.push(['client_id', id])),
  proves('another application', (_, draft) => void draft.headers.push(['authorization', 'Basic x'])),
  {
    about: 'the secret of a public application',
    client: public_,
    bend: ({ parameters }) => void parameters.push(['client_secret', 'x']),
  },
  {
    about: 'of another application',
    bend({ headers }, { usual }) {
      replaceHeader(headers, 'authorization', basic(usual[1]!.id, usual[1]!.secrets[0]!));
    },
  },
  {
    about: 'an application that is no plain one any more',
    meddle: ({ applicationId }) =>
      `update application set redirect_uris = array_append(redirect_uris, 'https://odd.example/it''s') where id = '${applicationId}'`,
  },
  { about: 'a code that was used', meddle: () => `update oidc_code set consumed_at = '2020-01-01'` },
  { about: 'a code that is over', meddle: () => `update oidc_code set expires_at = '2020-01-01'` },
  {
    about: 'a code of another application',
    meddle: () => `update oidc_code set client_id = 'app_aaaaaaaaaaaaaaaaaaaaaaaaaa'`,
  },
  code(`- 'codeChallenge'`),
  code(`|| '{"codeChallengeMethod":"plain"}'`),
  code(`|| '{"resource":"https://api.example/"}'`),
  code(`|| '{"claims":{"id_token":{"name":null}}}'`),
  code(`|| '{"dpopJkt":"x"}'`),
  code(`|| '{"attestationJkt":"x"}'`),
  code(`|| '{"rar":[{"type":"x"}]}'`),
  code(`|| '{"scope":"email"}'`),
  code(`|| '{"grantId":"x"}'`),
  { about: 'a user who is disabled', meddle: () => `update app_user set status = 'disabled'` },
  { about: 'a suspended organization', meddle: () => `update organization set suspended_at = '2020-01-01'` },
  { about: 'a session that is over', meddle: () => `update session set expires_at = '2020-01-01'` },
];

/** Keeps what edges change, and puts it back. */
export const KEEP = ['session', 'application_consent', 'application']
  .map((table) => `create table kept_${table} as select * from ${table}`)
  .join(';');
export const PUT_BACK = `update app_user set status = 'verified'; update organization set suspended_at = null;
  update session s set expires_at = k.expires_at, user_id = k.user_id, payload = k.payload from kept_session k where k.id = s.id;
  update application a set organization_id = k.organization_id, redirect_uris = k.redirect_uris from kept_application k where k.id = a.id;
  delete from application_consent; insert into application_consent select * from kept_application_consent`;
