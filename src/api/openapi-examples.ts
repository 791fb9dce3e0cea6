/**
 * Examples in the OpenAPI document, made from the schemas: a value for each property by its name, so that an example
 * can never lack a field or name one that is gone. `openapi.test.ts` parses each with the contract.
 */
type Json = Record<string, unknown>;

const ID = 'aaaaaaaaaaaaaaaaaaaaaaaaaa';
const MOMENT = '2026-03-02T09:00:00Z';

/** What a property of this name holds; `key.of.parent` where a name means several things. */
const VALUES: Readonly<Record<string, unknown>> = {
  id: `org_${ID}`,
  organizationId: `org_${ID}`,
  managedOrganizationId: `org_${ID}`,
  codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  templateId: `tpl_${ID}`,
  apiResourceId: `api_${ID}`,
  managingOrganizationId: `org_${ID}`,
  access: `org_${ID}`,
  email: 'maria@contoso.example',
  addresses: 'maria@contoso.example, lena@contoso.example',
  typed: 'maria@contoso.example',
  name: 'Contoso',
  domain: 'contoso.example',
  routeDomains: 'contoso.example',
  supportContact: 'help@northwind.example',
  clientId: `app_${ID}`,
  clientSecret: 'the-secret-as-the-provider-showed-it',
  directoryId: '3f1c9c1e-6d0a-4f7e-9b1d-0a4c5e2b7d10',
  pem: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
  thumbprint: '1F0C2B3A4D5E6F708192A3B4C5D6E7F801234567',
  jwksUrl: `https://sso.northwind.example/login/keys/cks_${ID}/jwks.json`,
  clientKeys: `cks_${ID}`,
  clientKeysId: `cks_${ID}`,
  key: `cky_${ID}`,
  subject: `cks_${ID}`,
  audience: 'api://AzureADTokenExchange',
  clientSecretExpiresOn: '2028-03-02',
  expiresOn: '2028-03-02',
  addressClaim: 'mail',
  nameClaim: 'displayName',
  trialId: `tri_${ID}`,
  discoveryUrl: 'https://login.contoso.example/.well-known/openid-configuration',
  issuer: 'https://login.contoso.example',
  authorizationEndpoint: 'https://login.contoso.example/authorize',
  redirectUris: 'https://reports.northwind.example/callback',
  postLogoutRedirectUris: 'https://reports.northwind.example/logged-out',
  backchannelLogoutUri: 'https://reports.northwind.example/backchannel-logout',
  initiateLoginUri: 'https://reports.northwind.example/login',
  redirectUrl: `https://sso.northwind.example/login/callback/org_${ID}`,
  loginUrl: `https://sso.northwind.example/login/o/org_${ID}`,
  url: 'https://sso.northwind.example',
  afterLogout: 'https://sso.northwind.example/logout/done',
  frontChannel: 'https://sso.northwind.example/logout/frontchannel',
  backChannel: `https://sso.northwind.example/logout/backchannel/org_${ID}`,
  endSessionHost: 'login.contoso.example',
  roles: 'editor',
  confirm: 'Contoso',
  'name.of.record': '_gatehouse-challenge.contoso.example',
  value: 'gatehouse-verify=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  sentence: 'The record is there.',
};

/** One valid value of a JSON schema whose references are in `schemas`. */
export function exampleOf(schema: Json, schemas: Json, name = ''): unknown {
  if (typeof schema['$ref'] === 'string') {
    return exampleOf(schemas[schema['$ref'].split('/').at(-1)!] as Json, schemas, name);
  }
  if ('example' in schema) return schema['example'];
  if ('default' in schema) return schema['default'];
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (alternatives !== undefined) return exampleOf(alternatives[0]!, schemas, name);
  switch (schema['type']) {
    case 'object':
      return exampleObject(schema, schemas, name);
    case 'array':
      return [exampleOf((schema['items'] ?? {}) as Json, schemas, name)];
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema['minimum'] ?? 1));
    case 'boolean':
      return false;
    case 'null':
      return null;
    case 'string':
      return schema['format'] === 'date-time' ? MOMENT : (VALUES[name] ?? 'text');
    default:
      return VALUES[name] ?? null;
  }
}

function exampleObject(schema: Json, schemas: Json, name: string): Json {
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const named = Object.entries(properties).map(([key, value]) => [key, exampleOf(value, schemas, key)]);
  if (named.length > 0 || typeof schema['additionalProperties'] !== 'object') return Object.fromEntries(named);
  return { [name === '' ? 'name' : name]: exampleOf(schema['additionalProperties'] as Json, schemas) };
}
