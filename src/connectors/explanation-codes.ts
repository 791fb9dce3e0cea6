/**
 * What an administrator can look up about a failure of an identity provider or its settings. Stable: stored in
 * `connection.last_failure` and given by the API. Two sentences of the catalog belong to each: `connection.<code>.what`,
 * `connection.<code>.fix`.
 */
export const EXPLANATION_CODES = [
  'discovery.not-a-url',
  'discovery.not-https',
  'discovery.has-credentials',
  'discovery.has-query',
  'discovery.too-long',
  'discovery.url-refused',
  'discovery.name-unknown',
  'discovery.address-refused',
  'discovery.unreachable',
  'discovery.tls',
  'discovery.timeout',
  'discovery.redirected',
  'discovery.status',
  'discovery.not-json',
  'discovery.too-large',
  'discovery.malformed',
  'discovery.own-issuer',
  'discovery.member-missing',
  'discovery.member-wrong',
  'discovery.issuer-mismatch',
  'discovery.issuer-mismatch-oracle',
  'discovery.issuer-mismatch-b2c',
  'discovery.issuer-mismatch-external-id',
  'discovery.issuer-not-https',
  'discovery.endpoint-missing',
  'discovery.endpoint-not-https',
  'discovery.no-signature-algorithm',
  'discovery.no-flow',
  'discovery.left-out-url',
  'discovery.left-out-list',
  'discovery.left-out-flag',
  'discovery.left-out-text',
  'discovery.needs-secret',
  'keys.unreachable',
  'keys.malformed',
  'keys.too-many',
  'keys.private',
  'keys.empty',
  'keys.member-wrong',
  'keys.wrong-type',
  'keys.not-for-signing',
  'keys.size',
  'keys.curve',
  'entra.client-id',
  'entra.secret-id',
  'entra.directory',
  'entra.common',
  'entra.unreachable',
  'secret.missing',
  'entra.50011',
  'entra.700016',
  'entra.7000112',
  'entra.90002',
  'entra.90038',
  'entra.50194',
  'entra.700054',
  'entra.650057',
  'entra.65001',
  'entra.90094',
  'entra.50146',
  'entra.7000215',
  'entra.7000222',
  'entra.7000218',
  'entra.700025',
  'entra.9002327',
  'entra.700027',
  'entra.70021',
  'entra.50020',
  'entra.50105',
  'entra.65004',
  'entra.50126',
  'entra.50058',
  'entra.50140',
  'entra.50076',
  'entra.500021',
  'entra.53003',
  'entra.53000',
  'entra.530032',
  'entra.50097',
  'entra.54005',
  'entra.70008',
  'entra.50196',
  'entra.50000',
  'entra.50059',
  'entra.70005',
  'entra.70011',
  'entra.90015',
  'entra.501481',
  'entra.700005',
  'entra.900144',
  'login.unreachable',
  'login.provider-fault',
  'login.unusable-answer',
  'login.member-missing',
  'login.member-wrong',
  'login.credential',
  'login.code-refused',
  'login.refused',
  'login.registration',
  'login.signature',
  'login.algorithm',
  'login.issuer',
  'login.audience',
  'login.nonce',
  'login.times',
  'login.directory',
  'login.claim-missing',
  'login.claim-wrong',
  'login.not-fresh',
  'login.changed',
  'login.wrong-callback',
  'login.wrong-response',
  'login.posted-code',
  'login.token-in-address',
  'login.response-type',
  'login.fragment',
] as const;

export type ExplanationCode = (typeof EXPLANATION_CODES)[number];

/**
 * The placeholders of the sentences: what was found where, and what it should be; of Entra ID also what to enter or look for
 * in its admin center.
 */
export const EXPLANATION_VALUES = [
  'member',
  'found',
  'wanted',
  'endpoint',
  'status',
  'key',
  'count',
  'clientId',
  'directoryId',
  'redirectUrl',
  'correlation',
] as const;

/** Values for the placeholders; stored in `connection.last_failure_values`. */
export type ExplanationValues = Readonly<Partial<Record<(typeof EXPLANATION_VALUES)[number], string>>>;

/** Something found, to be explained. */
export interface Finding {
  fault: ExplanationCode;
  /** For the placeholders of its sentences. */
  values?: ExplanationValues;
}

/** A value for every placeholder, from values as given or stored: a failure stored by an older version has none. */
export function fillValues(values: unknown): Record<string, string> {
  const given = new Map(Object.entries(typeof values === 'object' && values !== null ? values : {}));
  return Object.fromEntries(EXPLANATION_VALUES.map((name) => [name, String(given.get(name) ?? '…')]));
}
