import { z } from 'zod';
import { isLoopbackHost } from '../../outgoing/allowed-hosts.ts';
import { isIssuerOf } from './discovery-url.ts';
import type { DiscoveryUrl } from './discovery-url.ts';

/**
 * Signature algorithms we take. None that is keyed with a shared secret, and not `none`, whatever a provider announces:
 * a token signed with what the browser or another client knows proves nothing.
 */
const SIGNATURE_ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const MAX_DEPTH = 10;
const MAX_TEXT = 2048;
const MAX_LIST = 200;

/** The part of a discovery document (OpenID Connect Discovery 3) that we use, checked; stored as it is. */
export interface ProviderMetadata {
  issuer: string;
  authorization_endpoint: string;
  jwks_uri: string;
  token_endpoint?: string | undefined;
  userinfo_endpoint?: string | undefined;
  end_session_endpoint?: string | undefined;
  response_types_supported?: string[] | undefined;
  response_modes_supported?: string[] | undefined;
  subject_types_supported?: string[] | undefined;
  token_endpoint_auth_methods_supported?: string[] | undefined;
  code_challenge_methods_supported?: string[] | undefined;
  /** What the provider announces, less what we never take; at least one. */
  id_token_signing_alg_values_supported: string[];
  authorization_response_iss_parameter_supported?: boolean | undefined;
  /** Entra ID: the cloud its keys must belong to. */
  cloud_instance_name?: string | undefined;
}

/** What is wrong with a discovery document. */
export type MetadataFault =
  | 'malformed'
  | 'issuer-mismatch'
  | 'issuer-not-https'
  | 'endpoint-missing'
  | 'endpoint-not-https'
  | 'no-signature-algorithm';

const text = z
  .string()
  .max(MAX_TEXT)
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value));
const list = z.array(text).max(MAX_LIST);
const documentShape = z.object({
  issuer: text,
  authorization_endpoint: text,
  jwks_uri: text,
  token_endpoint: text.optional(),
  userinfo_endpoint: text.optional(),
  end_session_endpoint: text.optional(),
  response_types_supported: list.optional(),
  response_modes_supported: list.optional(),
  subject_types_supported: list.optional(),
  token_endpoint_auth_methods_supported: list.optional(),
  code_challenge_methods_supported: list.optional(),
  id_token_signing_alg_values_supported: list.optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  cloud_instance_name: text.optional(),
});

/** Stored metadata; it was checked before it was stored. */
export const storedMetadata = documentShape.required({ id_token_signing_alg_values_supported: true });

/**
 * Checks a discovery document against the address it was fetched from. The issuer decides whose tokens are believed, so
 * it must be the one the administrator named (OpenID Connect Discovery 4.3); its spelling in the document is kept.
 */
export function checkMetadata(document: unknown, address: DiscoveryUrl): ProviderMetadata | MetadataFault {
  if (isDeep(document)) return 'malformed';
  const parsed = documentShape.safeParse(withoutNulls(document));
  if (!parsed.success) {
    const missing = parsed.error.issues.some(({ path, code }) => path.length === 1 && code === 'invalid_type');
    return missing && isRecord(document) && typeof document['issuer'] === 'string' ? 'endpoint-missing' : 'malformed';
  }
  const found = parsed.data;
  if (!isIssuerOf(found.issuer, address)) return 'issuer-mismatch';
  if (!isSafeUrl(found.issuer, 'plain')) return 'issuer-not-https';
  const { authorization_endpoint, jwks_uri, token_endpoint, userinfo_endpoint, end_session_endpoint } = found;
  for (const endpoint of [authorization_endpoint, jwks_uri, token_endpoint, userinfo_endpoint, end_session_endpoint]) {
    if (endpoint !== undefined && !isSafeUrl(endpoint, 'with-query')) return 'endpoint-not-https';
  }
  // Absent means RS256 (it is required to be supported, Discovery 3).
  const announced = found.id_token_signing_alg_values_supported ?? ['RS256'];
  const algorithms = SIGNATURE_ALGORITHMS.filter((algorithm) => announced.includes(algorithm));
  if (algorithms.length === 0) return 'no-signature-algorithm';
  return { ...found, id_token_signing_alg_values_supported: algorithms };
}

/** What the document says about how to ask: decides the flow of a connection. */
export function supports(metadata: ProviderMetadata): {
  formPostIdToken: boolean;
  code: boolean;
  publicClients: boolean;
  issuerInResponse: boolean;
} {
  const { response_types_supported: types, response_modes_supported: modes } = metadata;
  return {
    // Absent modes mean query and fragment only (Discovery 3), and a fragment never reaches a server.
    formPostIdToken: (types ?? []).includes('id_token') && (modes ?? []).includes('form_post'),
    code: metadata.token_endpoint !== undefined && (types === undefined || types.includes('code')),
    publicClients: (metadata.token_endpoint_auth_methods_supported ?? []).includes('none'),
    issuerInResponse: metadata.authorization_response_iss_parameter_supported === true,
  };
}

/** Whom the browser and whom the service speaks to at a provider. */
export function hostsOf(metadata: ProviderMetadata): { host: string; hosts: string[] } {
  const { authorization_endpoint, token_endpoint, jwks_uri } = metadata;
  const urls = [authorization_endpoint, token_endpoint, jwks_uri].filter((url) => url !== undefined);
  const hosts = [...new Set(urls.map((url) => new URL(url).host))];
  return { host: new URL(authorization_endpoint).host, hosts };
}

function isSafeUrl(value: string, form: 'plain' | 'with-query'): boolean {
  if (/[\s\p{Cc}]/u.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  const scheme = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!scheme || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return form === 'with-query' || url.search === '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Entra ID writes null for what it does not say. */
function withoutNulls(document: unknown): unknown {
  if (!isRecord(document)) return document;
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}

/** Whether a document is nested more deeply than a real one. */
function isDeep(value: unknown, level = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return level === MAX_DEPTH || Object.values(value).some((inner) => isDeep(inner, level + 1));
}
