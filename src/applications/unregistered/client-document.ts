import { z } from 'zod';
import type { Application } from '../application.ts';
import { problemOfRedirectUri } from '../redirect-uri.ts';
import { AppError } from '../../base/errors.ts';
import type { ApplicationId } from '../../base/ids.ts';
import { readPlainName } from '../../base/plain-name.ts';
import { randomUuid } from '../../base/random.ts';
import type { Organization } from '../../organizations/organization.ts';

/**
 * Applications that nobody registered: the client ID is the https URL of a document that describes the application (OAuth
 * Client ID Metadata Document, draft-ietf-oauth-client-id-metadata-document). Whose people may log in to one is a switch of
 * each organization (docs/decisions/0032).
 *
 *   client-document.ts    which URL may be a client ID, and what its document may say (this file, pure)
 *   read-document.ts      reads documents, with bounds
 *   find-ground.ts        whether anybody's people may log in to one
 *   allow-unregistered.ts a person allowed one something: it has a row from then on
 *   manage-unregistered.ts   what administrators see, block and remove; delete-unused.ts: what nobody uses goes
 *   open-resource-store.ts   API resources that such applications may ask for
 *   unregistered-store.ts, unregistered-sql.ts   the SQL
 */

/** What a document says, as far as it counts; everything else in it is left out. */
export interface ClientDocument {
  /** Its own URL. */
  clientId: string;
  /** Host and port of the URL: all that is known of who stands behind it. */
  host: string;
  /** What it calls itself; its host where it says nothing that may be shown. */
  name: string;
  redirectUris: string[];
  /** It asks for refresh tokens. */
  refreshTokens: boolean;
}

/** Longest URL that is taken as a client ID, in characters. */
const LONGEST = 300;
const MOST_REDIRECT_URIS = 20;

/** Whether a client ID is none of ours but the URL of a document. */
export function isDocumentUrl(clientId: string): boolean {
  return clientId.startsWith('https://');
}

/**
 * The URL of a document: https, with a path, without user, fragment, query or dot segments, and spelled as a browser spells
 * it, so that one document has one client ID (section 3 of the draft; a query it only advises against).
 * @throws client-document.address
 */
export function readDocumentUrl(clientId: string): URL {
  const url = clientId.length <= LONGEST ? URL.parse(clientId) : null;
  const isPlain =
    url !== null &&
    url.protocol === 'https:' &&
    url.href === clientId &&
    url.pathname !== '/' &&
    url.username === '' &&
    url.password === '' &&
    !/[?#@%\\]/.test(clientId);
  if (!isPlain) throw new AppError('client-document.address');
  return url;
}

const document = z.object({
  client_id: z.string(),
  client_name: z.string().optional(),
  redirect_uris: z.array(z.string()).min(1).max(MOST_REDIRECT_URIS),
  token_endpoint_auth_method: z.string().default('none'),
  grant_types: z.array(z.string()).default([]),
  client_secret: z.never().optional(),
  client_secret_expires_at: z.never().optional(),
});

/**
 * Reads the document of a client ID. Only public clients are taken: it cannot hold a secret (draft, section 4.1), and nobody
 * looks after keys of an application that nobody registered. Redirect URIs lie at the origin of the document or on the person's
 * own machine, so that the host the person reads is where the answer goes.
 * @throws client-document.malformed, client-document.client-id, client-document.authentication, client-document.redirect-uri
 */
export function readClientDocument(url: URL, text: string): ClientDocument {
  const said = parse(text);
  if (said.client_id !== url.href) throw new AppError('client-document.client-id');
  if (said.token_endpoint_auth_method !== 'none') throw new AppError('client-document.authentication');
  if (!said.redirect_uris.every((uri) => isOwn(url, uri))) throw new AppError('client-document.redirect-uri');
  const name = readPlainName(said.client_name ?? '');
  return {
    clientId: url.href,
    host: url.host,
    name: typeof name === 'object' ? name.name : url.host,
    redirectUris: said.redirect_uris,
    refreshTokens: said.grant_types.includes('refresh_token'),
  };
}

function parse(text: string): z.output<typeof document> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AppError('client-document.malformed');
  }
  const read = document.safeParse(json);
  if (read.success) return read.data;
  const secret = read.error.issues.some(({ path }) => String(path[0]).startsWith('client_secret'));
  throw new AppError(secret ? 'client-document.authentication' : 'client-document.malformed');
}

function isOwn(url: URL, uri: string): boolean {
  if (problemOfRedirectUri('redirect_uris', uri, 'web') !== undefined) return false;
  // Of `http` the check above takes the person's own machine alone.
  const { origin, protocol } = new URL(uri);
  return protocol === 'http:' || origin === url.origin;
}

/**
 * The application that a document describes: a public client that always asks for consent, owned by the root because no
 * organization registered it.
 */
export function applicationOf(
  document: ClientDocument,
  root: Pick<Organization, 'id' | 'name'>,
  createdAt: Date,
): Application {
  return {
    id: randomUuid() as ApplicationId,
    organizationId: root.id,
    ownerName: root.name,
    clientId: document.clientId,
    name: document.name,
    // The port of a loopback address is free for native ones alone (RFC 8252 7.3).
    kind: document.redirectUris.some((uri) => uri.startsWith('http:')) ? 'native' : 'browser',
    firstParty: false,
    redirectUris: document.redirectUris,
    postLogoutRedirectUris: [],
    initiateLoginUri: null,
    backchannelLogoutUri: null,
    clientAuthentication: 'none',
    clientSecretHash: null,
    clientKeys: null,
    signingAlgorithm: 'RS256',
    refreshTokens: document.refreshTokens,
    offline: false,
    unprovenAddresses: false,
    withoutPkce: false,
    rotateRefreshTokens: false,
    preset: null,
    highSecurity: false,
    deviceLogin: false,
    actsForUsers: false,
    version: 1,
    createdAt,
  };
}
