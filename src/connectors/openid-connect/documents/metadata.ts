import { z } from 'zod';
import { isLoopbackHost } from '../../outgoing/allowed-hosts.ts';
import type { Finding } from '../../explanation-codes.ts';
import { foundValue } from '../../found-value.ts';
import { endpointText } from '../answer/provider-codes.ts';
import { isJsonObject } from '../json-object.ts';
import { isIssuerOf } from './discovery-url.ts';
import { issuerMismatch } from './issuer-mismatch.ts';
import type { DiscoveryUrl } from './discovery-url.ts';

/**
 * Signature algorithms we take. None that is keyed with a shared secret, and not `none`, whatever a provider announces:
 * a token signed with what the browser or another client knows proves nothing.
 */
export const SIGNATURE_ALGORITHMS: readonly string[] = [
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
  token_endpoint_auth_signing_alg_values_supported?: string[] | undefined;
  code_challenge_methods_supported?: string[] | undefined;
  /** What the provider announces, less what we never take; at least one. */
  id_token_signing_alg_values_supported: string[];
  prompt_values_supported?: string[] | undefined;
  authorization_response_iss_parameter_supported?: boolean | undefined;
  /** Entra ID: the cloud its keys must belong to. */
  cloud_instance_name?: string | undefined;
}

/** A discovery document, checked. */
export interface CheckedMetadata {
  metadata: ProviderMetadata;
  /** Optional members that are not as they must be, and count as absent. */
  notes: Finding[];
}

const text = z
  .string()
  .max(MAX_TEXT)
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value));
const url = text.refine((value) => isSafeUrl(value, 'with-query'));
const list = z.array(text).max(MAX_LIST);
/** The members that a connection can do without, each with its own schema; what else a document has is not looked at. */
const OPTIONAL = {
  token_endpoint: text,
  userinfo_endpoint: url,
  end_session_endpoint: url,
  response_types_supported: list,
  response_modes_supported: list,
  subject_types_supported: list,
  token_endpoint_auth_methods_supported: list,
  token_endpoint_auth_signing_alg_values_supported: list,
  code_challenge_methods_supported: list,
  id_token_signing_alg_values_supported: list,
  prompt_values_supported: list,
  authorization_response_iss_parameter_supported: z.boolean(),
  cloud_instance_name: text,
};
const optionalMembers = z.object(OPTIONAL).partial();
const requiredMembers = z.object({ issuer: text, authorization_endpoint: text, jwks_uri: text });

/** Stored metadata; it was checked before it was stored. */
export const storedMetadata = requiredMembers
  .extend(optionalMembers.shape)
  .required({ id_token_signing_alg_values_supported: true });

/**
 * Checks the members of a discovery document that are used, against the address it was fetched from. The issuer decides
 * whose tokens are believed, so it must be the one the administrator named (OpenID Connect Discovery 4.3); its spelling in
 * the document is kept.
 */
export function checkMetadata(document: unknown, address: DiscoveryUrl): CheckedMetadata | Finding {
  const endpoint = endpointText(address.document);
  if (!isJsonObject(document) || isDeep(document)) {
    return { fault: 'discovery.malformed', values: { endpoint, found: foundValue(document) } };
  }
  const required = readRequired(document, address);
  if ('fault' in required) return required;
  const { optional, notes } = readOptional(document);
  const { token_endpoint: tokens } = optional;
  if (tokens !== undefined && !isSafeUrl(tokens, 'with-query')) return notHttps('token_endpoint', tokens);
  // Absent means RS256 (it is required to be supported, Discovery 3).
  const announced = optional.id_token_signing_alg_values_supported ?? ['RS256'];
  const algorithms = SIGNATURE_ALGORITHMS.filter((algorithm) => announced.includes(algorithm));
  if (algorithms.length === 0) {
    return { fault: 'discovery.no-signature-algorithm', values: { found: foundValue(announced) } };
  }
  return { metadata: { ...required, ...optional, id_token_signing_alg_values_supported: algorithms }, notes };
}

function readRequired(
  document: Record<string, unknown>,
  address: DiscoveryUrl,
): z.infer<typeof requiredMembers> | Finding {
  const endpoint = endpointText(address.document);
  const wanted = { issuer: foundValue(address.issuer), authorization_endpoint: 'https URL', jwks_uri: 'https URL' };
  for (const member of ['issuer', 'authorization_endpoint', 'jwks_uri'] as const) {
    const value = document[member] ?? undefined;
    const values = { member, found: foundValue(value), wanted: wanted[member], endpoint };
    if (value === undefined || value === '') {
      return { fault: member === 'issuer' ? 'discovery.member-missing' : 'discovery.endpoint-missing', values };
    }
    if (!text.safeParse(value).success) return { fault: 'discovery.member-wrong', values };
  }
  const found = requiredMembers.parse(document);
  // first, since such an address could not be entered as Discovery url either
  if (!isSafeUrl(found.issuer, 'plain')) {
    return { fault: 'discovery.issuer-not-https', values: { found: foundValue(found.issuer), endpoint } };
  }
  if (!isIssuerOf(found.issuer, address)) return issuerMismatch(found.issuer, address);
  for (const member of ['authorization_endpoint', 'jwks_uri'] as const) {
    if (!isSafeUrl(found[member], 'with-query')) return notHttps(member, found[member]);
  }
  return found;
}

function notHttps(member: string, found: string): Finding {
  return { fault: 'discovery.endpoint-not-https', values: { member, found: foundValue(found) } };
}

/** Each optional member by its own schema; null, which Entra ID writes for what it does not say, is absent. */
function readOptional(document: Record<string, unknown>): {
  optional: z.infer<typeof optionalMembers>;
  notes: Finding[];
} {
  const read: Record<string, unknown> = {};
  const notes: Finding[] = [];
  for (const [member, schema] of Object.entries(OPTIONAL)) {
    const value = document[member] ?? undefined;
    if (value === undefined) continue;
    const parsed = value === '' ? { success: false as const } : schema.safeParse(value);
    if (parsed.success) read[member] = parsed.data;
    else notes.push({ fault: leftOut(member, schema), values: { member, found: foundValue(value) } });
  }
  return { optional: optionalMembers.parse(read), notes };
}

function leftOut(member: string, schema: z.ZodType): Finding['fault'] {
  if (schema === list) return 'discovery.left-out-list';
  if (member.endsWith('_endpoint')) return 'discovery.left-out-url';
  return schema === OPTIONAL.cloud_instance_name ? 'discovery.left-out-text' : 'discovery.left-out-flag';
}

/**
 * What the document says the provider can do. What one of its clients may do stands in no document (RFC 8414 2).
 */
export function supports(metadata: ProviderMetadata): {
  formPostIdToken: boolean;
  code: boolean;
  pkce: boolean;
  issuerInResponse: boolean;
} {
  const { response_types_supported: types, response_modes_supported: modes } = metadata;
  return {
    // Absent modes mean query and fragment only (Discovery 3), and a fragment never reaches a server.
    formPostIdToken: (types ?? []).includes('id_token') && (modes ?? []).includes('form_post'),
    code: metadata.token_endpoint !== undefined && (types === undefined || types.includes('code')),
    pkce: (metadata.code_challenge_methods_supported ?? []).includes('S256'),
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

/** Whether a document is nested more deeply than a real one. */
function isDeep(value: unknown, level = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return level === MAX_DEPTH || Object.values(value).some((inner) => isDeep(inner, level + 1));
}
