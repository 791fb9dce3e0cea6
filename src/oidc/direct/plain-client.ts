import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'oidc-provider';
import { ROTATE_REFRESH_TOKENS } from '../refresh-tokens.ts';
import { SECRETS, WITHOUT_PKCE } from '../clients.ts';

/** Metadata that the direct way follows, or that change nothing of a plain login whatever their value. */
const FOLLOWED: ReadonlySet<string> = new Set([
  'client_id',
  'client_name',
  'client_secret',
  'redirect_uris',
  'post_logout_redirect_uris',
  'grant_types',
  'application_type',
  'id_token_signed_response_alg',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
  'offline',
  'first_party',
  'unproven_addresses',
  'owner_id',
  'owner_name',
  'log_in_at',
  SECRETS,
  WITHOUT_PKCE,
  ROTATE_REFRESH_TOKENS,
]);

/** Metadata with the values that ask for nothing. */
const NOTHING_ASKED: Readonly<Record<string, readonly unknown[]>> = {
  token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post', 'none'],
  response_types: [['code']],
  subject_type: ['public'],
  require_auth_time: [false],
  require_pushed_authorization_requests: [false],
  dpop_bound_access_tokens: [false],
};

/** What is neither encoded in the answer's `Location` nor escaped in its text, but `&`. */
const PLAIN_ADDRESS = /^(?:[\w\-.~:/?@!$()*+,;=&[\]]|%[0-9A-Fa-f]{2})+$/;

const judged = new WeakMap<Client, boolean>();

/**
 * Whether nothing about a client asks for more than a plain login. What else one may have (RFC 7591, what the library adds, what
 * is ours, what a later version brings) has a meaning that only the library knows.
 */
export function isPlain(client: Client): boolean {
  let plain = judged.get(client);
  if (plain === undefined) {
    plain = judge(client);
    judged.set(client, plain);
  }
  return plain;
}

function judge(client: Client): boolean {
  const { redirectUris, grantTypes } = client;
  const stated = Object.entries(client.metadata()).filter(([, value]) => value !== undefined);
  return (
    // The built-in ones have no owner.
    client['owner_id'] !== undefined &&
    grantTypes?.includes('authorization_code') === true &&
    redirectUris?.every((uri) => PLAIN_ADDRESS.test(uri)) === true &&
    stated.every(
      ([name, value]) =>
        FOLLOWED.has(name) || NOTHING_ASKED[name]?.some((one) => isDeepStrictEqual(one, value)) === true,
    )
  );
}
