import type { Misconfiguration } from './misconfigurations.ts';

const ISSUER = 'https://login.contoso.example';
const DOCUMENT = `${ISSUER}/.well-known/openid-configuration`;
const KEYS = `${ISSUER}/keys`;
const endpoint = DOCUMENT;

/** What *Save* refuses, or takes with a note, because of the Discovery url or what stands there. */
export const ofSettings: readonly Misconfiguration[] = [
  { mistake: 'A name instead of an address as Discovery url', at: 'save', code: 'discovery.not-a-url', put: ISSUER },
  { mistake: 'Discovery url with http', at: 'save', code: 'discovery.not-https', put: ISSUER },
  { mistake: 'Discovery url with user name and password', at: 'save', code: 'discovery.has-credentials', put: ISSUER },
  { mistake: 'Discovery url with ? and what follows', at: 'save', code: 'discovery.has-query', put: ISSUER },
  { mistake: 'A page of text pasted as Discovery url', at: 'save', code: 'discovery.too-long', put: ISSUER },
  { mistake: 'Discovery url on another port than 443', at: 'save', code: 'discovery.url-refused', put: ISSUER },
  { mistake: 'Discovery url with a typing error in the host', at: 'save', code: 'discovery.name-unknown', put: ISSUER },
  { mistake: 'Discovery url in a private network', at: 'save', code: 'discovery.address-refused', put: ISSUER },
  { mistake: 'Provider not running', at: 'save', code: 'discovery.unreachable', put: ISSUER },
  {
    mistake: 'Provider with a certificate of a private authority',
    at: 'save',
    code: 'discovery.tls',
    put: 'a certificate that browsers trust, with its intermediates',
  },
  {
    mistake: 'Provider that does not answer in time',
    at: 'save',
    code: 'discovery.timeout',
    put: 'an answer within the time limit',
  },
  {
    mistake: 'Discovery url that redirects',
    at: 'save',
    code: 'discovery.redirected',
    put: 'the address it finally leads to',
  },
  {
    mistake: 'Discovery url of a page without a document',
    at: 'save',
    code: 'discovery.status',
    values: { endpoint, status: '404' },
    put: ISSUER,
  },
  {
    mistake: 'Discovery url of a page for people',
    at: 'save',
    code: 'discovery.not-json',
    values: { endpoint, status: '200' },
    put: ISSUER,
  },
  { mistake: 'Discovery url of a huge file', at: 'save', code: 'discovery.too-large', put: ISSUER },
  {
    mistake: 'Discovery url of another JSON document',
    at: 'save',
    code: 'discovery.malformed',
    values: { endpoint, found: '["…"]'.replace('…', 'a') },
    put: ISSUER,
  },
  { mistake: 'Our own address as Discovery url', at: 'save', code: 'discovery.own-issuer', put: ISSUER },
  {
    mistake: 'Document without issuer',
    at: 'save',
    code: 'discovery.member-missing',
    values: { endpoint, member: 'issuer', wanted: `"${ISSUER}"` },
  },
  {
    mistake: 'Document whose issuer is a list',
    at: 'save',
    code: 'discovery.member-wrong',
    values: { endpoint, member: 'issuer', found: '["a", 7]', wanted: `"${ISSUER}"` },
  },
  {
    mistake: 'Provider behind a proxy that names its inner address as issuer',
    at: 'save',
    code: 'discovery.issuer-mismatch',
    values: { found: '"https://idp.internal.contoso.example"', wanted: `"${ISSUER}"` },
  },
  {
    mistake: 'Oracle identity domain without an issuer of its own',
    at: 'save',
    code: 'discovery.issuer-mismatch-oracle',
    values: { found: '"https://identity.oraclecloud.com/"', wanted: '"https://idcs-1.identity.oraclecloud.com"' },
  },
  {
    mistake: 'Azure AD B2C without the policy in its issuer',
    at: 'save',
    code: 'discovery.issuer-mismatch-b2c',
    values: {
      found: '"https://contoso.b2clogin.com/1/v2.0/"',
      wanted: '"https://contoso.b2clogin.com/contoso/policy/v2.0"',
    },
    put: 'the address with /tfp/',
  },
  {
    mistake: 'Entra External ID by the name of its directory',
    at: 'save',
    code: 'discovery.issuer-mismatch-external-id',
    values: { found: '"https://1.ciamlogin.com/1/v2.0"', wanted: '"https://contoso.ciamlogin.com/contoso/v2.0"' },
  },
  {
    mistake: 'Issuer with http or a query',
    at: 'save',
    code: 'discovery.issuer-not-https',
    values: { found: `"${ISSUER}/?x=1"`, endpoint },
  },
  {
    mistake: 'Document without jwks_uri',
    at: 'save',
    code: 'discovery.endpoint-missing',
    values: { endpoint, member: 'jwks_uri' },
  },
  {
    mistake: 'Document without authorization_endpoint',
    at: 'save',
    code: 'discovery.endpoint-missing',
    values: { endpoint, member: 'authorization_endpoint' },
  },
  {
    mistake: 'authorization_endpoint with http',
    at: 'save',
    code: 'discovery.endpoint-not-https',
    values: { member: 'authorization_endpoint', found: '"http://login.contoso.example/authorize"' },
  },
  {
    mistake: 'token_endpoint with http',
    at: 'save',
    code: 'discovery.endpoint-not-https',
    values: { member: 'token_endpoint', found: '"http://login.contoso.example/token"' },
  },
  {
    mistake: 'Only HS256 as signature algorithm',
    at: 'save',
    code: 'discovery.no-signature-algorithm',
    values: { found: '["HS256"]' },
  },
  { mistake: 'A secret, and neither code nor token endpoint', at: 'save', code: 'discovery.no-flow' },
  {
    mistake: 'No credential for a provider that wants one',
    at: 'save',
    code: 'discovery.needs-secret',
    put: 'the client secret of the application',
  },
  {
    mistake: 'Client secret chosen and not entered',
    at: 'save',
    code: 'secret.missing',
    put: 'the client secret of the application',
  },
  {
    mistake: 'end_session_endpoint left empty',
    at: 'note',
    code: 'discovery.left-out-url',
    values: { member: 'end_session_endpoint', found: '""' },
    put: 'an https address',
  },
  {
    mistake: 'response_types_supported as text',
    at: 'note',
    code: 'discovery.left-out-list',
    values: { member: 'response_types_supported', found: '"code"' },
    put: '["code"]',
  },
  {
    mistake: 'A flag in quotation marks',
    at: 'note',
    code: 'discovery.left-out-flag',
    values: { member: 'authorization_response_iss_parameter_supported', found: '"false"' },
    put: 'true or false',
  },
  {
    mistake: 'cloud_instance_name as a number',
    at: 'note',
    code: 'discovery.left-out-text',
    values: { member: 'cloud_instance_name', found: '7' },
    put: 'a text of one line',
  },
];

/** What *Save* refuses because of the provider's key set. */
export const ofKeys: readonly Misconfiguration[] = [
  {
    mistake: 'jwks_uri that answers 500',
    at: 'save',
    code: 'keys.unreachable',
    values: { endpoint: KEYS, status: '500' },
    put: KEYS,
  },
  {
    mistake: 'Key set whose keys are no list',
    at: 'save',
    code: 'keys.malformed',
    values: { endpoint: KEYS, found: '{…}'.replace('…', '"a": 1') },
    put: '{"keys": [ … ]}'.replace(' … ', ''),
  },
  {
    mistake: 'More than 100 keys',
    at: 'save',
    code: 'keys.too-many',
    values: { endpoint: KEYS, count: '101', wanted: '100' },
    put: '100 keys or fewer',
  },
  {
    mistake: 'Private key published',
    at: 'save',
    code: 'keys.private',
    values: { endpoint: KEYS, key: '"one"', member: 'd' },
    put: 'the public part of a new key',
  },
  { mistake: 'Empty key set', at: 'save', code: 'keys.empty', values: { endpoint: KEYS } },
  {
    mistake: 'Key whose exponent is a number',
    at: 'save',
    code: 'keys.member-wrong',
    values: { endpoint: KEYS, count: '1', key: '"one"', member: 'e', found: '65537' },
    put: 'AQAB',
  },
  {
    mistake: 'Keys of an unknown type alone',
    at: 'save',
    code: 'keys.wrong-type',
    values: { endpoint: KEYS, count: '1', key: '"one"', found: '"DSA"' },
  },
  {
    mistake: 'Keys for encryption alone',
    at: 'save',
    code: 'keys.not-for-signing',
    values: { endpoint: KEYS, count: '1', key: '"one"', member: 'use', found: '"enc"' },
  },
  {
    mistake: 'RSA key of 1024 bits',
    at: 'save',
    code: 'keys.size',
    values: { endpoint: KEYS, count: '1', key: '"one"', found: '1024' },
  },
  {
    mistake: 'Key on secp256k1',
    at: 'save',
    code: 'keys.curve',
    values: { endpoint: KEYS, count: '1', key: '"one"', found: '"secp256k1"' },
  },
];
