import type { Place } from './diagnosis.ts';
import type { TextKey } from '../texts/catalog.ts';

/** A value that is put in a place: of the connection, of what was found, one text, or what the console calls it. */
export type PlaceValue = 'redirectUrl' | 'wanted' | 'found' | 'endpoint' | 'key' | { is: string } | { label: TextKey };

/** What the values of a place are taken from. */
export interface PlaceValues {
  redirectUrl?: string | undefined;
  wanted?: string | undefined;
  found?: string | undefined;
  endpoint?: string | undefined;
  key?: string | undefined;
}

type Name = TextKey extends infer K ? (K extends `why.place.${infer N}` ? N : never) : never;

const place = (name: Name, value: PlaceValue | null = null): { name: Name; value: PlaceValue | null } => ({
  name,
  value,
});

/** Where what is changed, by the code of a failure; the longest beginning of a code that is listed decides. */
const PLACES: Readonly<Record<string, { name: Name; value: PlaceValue | null }>> = {
  'discovery.': place('discovery-url'),
  'discovery.own-issuer': place('discovery-url'),
  'discovery.member-missing': place('provider-document', 'wanted'),
  'discovery.member-wrong': place('provider-document', 'wanted'),
  'discovery.issuer-mismatch': place('discovery-url', 'found'),
  'discovery.issuer-mismatch-oracle': place('provider-document', 'wanted'),
  'discovery.issuer-mismatch-b2c': place('provider-document'),
  'discovery.issuer-not-https': place('provider-document', { is: 'https://…' }),
  'discovery.endpoint-missing': place('provider-document', { is: 'https://…' }),
  'discovery.endpoint-not-https': place('provider-document', { is: 'https://…' }),
  'discovery.no-signature-algorithm': place('provider-algorithm', { is: 'RS256' }),
  'discovery.no-flow': place('provider-response', { is: 'code' }),
  'discovery.left-out': place('provider-document'),
  'discovery.no-code': place('flow', { label: 'why.value.flow.id-token' }),
  'discovery.no-id-token': place('flow', { label: 'why.value.flow.code' }),
  'discovery.no-client-authentication': place('provider-registration', { is: 'client_secret_basic' }),
  'discovery.no-private-key': place('provider-registration', { is: 'private_key_jwt' }),
  'settings.scope': place('scope', { is: 'openid profile email' }),
  'settings.trusted-audiences': place('trusted-audiences'),
  'settings.no-hosted-domain': place('hosted-domain'),
  'discovery.tls': place('provider-server'),
  'discovery.timeout': place('provider-server'),
  'keys.': place('provider-keys'),
  'keys.not-for-signing': place('provider-keys', { is: 'use = sig' }),
  'keys.size': place('provider-keys', { is: 'RSA, 2048 bits' }),
  'keys.curve': place('provider-keys', { is: 'P-256' }),
  'keys.wrong-type': place('provider-keys', { is: 'RS256' }),
  'keys.empty': place('provider-keys', { is: 'RS256' }),
  'entra.': place('entra-registration'),
  'entra.client-id': place('client-id'),
  'entra.secret-id': place('client-secret'),
  'entra.directory': place('directory'),
  'entra.unreachable': place('provider-server'),
  'secret.': place('client-secret'),
  'consent.': place('consent-link'),
  'key.': place('credential'),
  'entra.50011': place('entra-authentication', 'redirectUrl'),
  'entra.700016': place('client-id', { is: 'Application (client) ID' }),
  'entra.700054': place('entra-authentication', { is: 'ID tokens' }),
  'entra.7000218': place('client-secret'),
  'entra.7000215': place('client-secret'),
  'entra.7000222': place('entra-secrets'),
  'entra.50105': place('entra-assignment'),
  'entra.50020': place('person'),
  'entra.65001': place('entra-permissions', { is: 'Grant admin consent' }),
  'entra.90094': place('entra-permissions', { is: 'Grant admin consent' }),
  'entra.90002': place('directory'),
  'entra.90038': place('cloud'),
  'entra.common': place('discovery-url'),
  'entra.50194': place('directory'),
  'entra.50059': place('directory'),
  'entra.7000112': place('entra-properties', { is: 'Yes' }),
  'entra.650057': place('entra-permissions', { is: 'openid, profile, email' }),
  'entra.70011': place('entra-permissions', { is: 'openid, profile, email' }),
  'entra.50146': place('app-keys'),
  'entra.700025': place('entra-authentication', 'redirectUrl'),
  'entra.9002327': place('entra-authentication', 'redirectUrl'),
  'entra.70005': place('entra-authentication', 'redirectUrl'),
  'entra.700027': place('entra-certificates'),
  'entra.70021': place('entra-federated'),
  'entra.65004': place('entra-permissions', { is: 'Grant admin consent' }),
  'entra.50126': place('entra-users'),
  'entra.50076': place('entra-users'),
  'entra.50058': place('person'),
  'entra.50140': place('person'),
  'entra.54005': place('person'),
  'entra.70008': place('person'),
  'entra.50196': place('person'),
  'entra.501481': place('person'),
  'entra.700005': place('person'),
  'entra.900144': place('person'),
  'entra.90015': place('person'),
  'entra.500021': place('entra-cross-tenant'),
  'entra.53': place('entra-policies'),
  'entra.50097': place('entra-devices'),
  'entra.50000': place('provider-server'),
  'login.': place('provider-registration'),
  'login.unreachable': place('provider-server', 'endpoint'),
  'login.provider-fault': place('provider-server', 'endpoint'),
  'login.unusable-answer': place('provider-server', 'endpoint'),
  'login.member-missing': place('provider-claims', 'wanted'),
  'login.member-wrong': place('provider-server', 'wanted'),
  'login.credential': place('client-secret'),
  'login.credential-way': place('client-authentication', { label: 'why.value.client-authentication.automatic' }),
  'login.code-refused': place('provider-redirect', 'redirectUrl'),
  'login.refused': place('provider-assignment'),
  'login.registration': place('provider-registration', 'redirectUrl'),
  'login.wants-credential': place('client-secret'),
  'login.private-key': place('provider-key-address', 'wanted'),
  'login.flow-code': place('provider-registration', 'wanted'),
  'login.flow-id-token': place('provider-registration', 'wanted'),
  'login.scope': place('provider-claims', { is: 'openid profile email' }),
  'login.too-large': place('provider-claims'),
  'login.azp-missing': place('provider-claims', { is: 'azp' }),
  'login.further-audiences': place('trusted-audiences', 'key'),
  'login.userinfo': place('provider-claims', { is: 'email' }),
  'login.signature': place('save-again'),
  'login.algorithm': place('provider-algorithm', 'wanted'),
  'login.issuer': place('discovery-url', 'found'),
  'login.audience': place('client-id', 'found'),
  'login.nonce': place('person'),
  'login.times': place('provider-clock', 'wanted'),
  'login.directory': place('directory', 'found'),
  'login.hosted-domain': place('hosted-domain', 'found'),
  'login.claim-': place('provider-claims', 'wanted'),
  'login.not-fresh': place('provider-claims', { is: 'auth_time' }),
  'login.held': place('confirm-change'),
  'login.changed': place('person'),
  'login.wrong-callback': place('provider-redirect', 'redirectUrl'),
  'login.wrong-response': place('provider-response'),
  'login.posted-code': place('provider-response', { is: 'query' }),
  'login.token-in-address': place('provider-response', { is: 'form_post' }),
  'login.response-type': place('provider-response', 'wanted'),
  'login.fragment': place('provider-response', { is: 'query, form_post' }),
  'logout.': place('provider-logout', 'wanted'),
  'logout.malformed': place('provider-logout', { is: 'logout_token' }),
  'logout.algorithm': place('provider-algorithm', 'wanted'),
  'logout.signature': place('save-again'),
  'logout.times': place('provider-clock', 'wanted'),
  'logout.claim': place('provider-logout', 'wanted'),
  'no-account': place('users'),
  'user-may-not': place('user'),
  'outside-pilot': place('pilot'),
  'subject-of-another-user': place('user'),
  'user-has-another-identity': place('user'),
  'taken-meanwhile': place('person'),
  'too-late': place('person'),
  declined: place('person'),
  'changed-meanwhile': place('person'),
  'invitation-over': place('users'),
  'wrong-password': place('person'),
  'wrong-factor': place('user'),
  'wrong-code': place('person'),
  nobody: place('users'),
  'organization-unusable': place('settings'),
  'binding-open': place('domains'),
  unreturned: place('provider-registration', 'redirectUrl'),
  'stray-callback': place('person'),
  'request-refused': place('application'),
};

/** Where to change what for a code of a failure; null where there is nothing to change. */
export function placeOf(code: string, values: PlaceValues): Place | null {
  const start = Object.keys(PLACES)
    .filter((one) => code.startsWith(one))
    .toSorted((a, b) => b.length - a.length)[0];
  const found = start === undefined ? undefined : PLACES[start];
  if (found === undefined) return null;
  const { name, value } = found;
  const put =
    typeof value === 'string' ? values[value] : value === null ? null : 'is' in value ? value.is : value.label;
  return { where: `why.place.${name}`, value: put === undefined || put === '' || put === '…' ? null : put };
}

/** Which check a code of a failure belongs to: the first beginning that fits. */
const CHECKS: readonly (readonly [start: string, check: TextKey])[] = [
  ['login.credential', 'why.check.credential'],
  ['login.wants-credential', 'why.check.credential'],
  ['login.private-key', 'why.check.credential'],
  ['login.flow-', 'why.check.provider'],
  ['login.scope', 'why.check.provider'],
  ['login.azp-missing', 'why.check.audience'],
  ['login.further-audiences', 'why.check.audience'],
  ['entra.70002', 'why.check.credential'],
  ['login.refused', 'why.check.provider'],
  ['login.registration', 'why.check.provider'],
  ['entra.', 'why.check.provider'],
  ['login.signature', 'why.check.signature'],
  ['login.algorithm', 'why.check.signature'],
  ['keys.', 'why.check.signature'],
  ['login.held', 'why.check.provider'],
  ['login.issuer', 'why.check.issuer'],
  ['login.audience', 'why.check.audience'],
  ['login.nonce', 'why.check.nonce'],
  ['login.times', 'why.check.times'],
  ['login.directory', 'why.check.directory'],
  ['login.hosted-domain', 'why.check.directory'],
  ['login.claim-', 'why.check.claims'],
  ['login.not-fresh', 'why.check.freshness'],
  ['login.wrong-callback', 'why.check.callback'],
  ['login.changed', 'why.check.callback'],
  ['stray-callback', 'why.check.callback'],
  ['too-late', 'why.check.callback'],
  ['login.', 'why.check.answer'],
  ['logout.', 'why.check.logout-token'],
  ['no-account', 'why.check.person'],
  ['user-may-not', 'why.check.person'],
  ['outside-pilot', 'why.check.person'],
  ['subject-of-another-user', 'why.check.person'],
  ['user-has-another-identity', 'why.check.person'],
  ['taken-meanwhile', 'why.check.person'],
  ['binding-open', 'why.check.person'],
  ['wrong-', 'why.check.factor'],
  ['nobody', 'why.check.destination'],
  ['organization-unusable', 'why.check.destination'],
];

/** Which check failed; null where none did. */
export function checkOf(code: string): TextKey | null {
  return CHECKS.find(([start]) => code.startsWith(start))?.[1] ?? null;
}
