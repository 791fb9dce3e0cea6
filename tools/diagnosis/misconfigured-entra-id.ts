import { about } from './example-values.ts';
import type { Misconfiguration } from './misconfiguration.ts';

const DIRECTORY = '2c1a7d1e-0f7b-4b7e-8f0a-6a4f0d8c9b11';
/** What a failure at Entra ID names of the connection. */
const REGISTERED = {
  clientId: about.client,
  directoryId: DIRECTORY,
  redirectUrl: about.redirect,
  endpoint: `https://login.microsoftonline.com/${DIRECTORY}/v2.0/.well-known/openid-configuration`,
};

/** What is wrong in an App registration of Entra ID, or in what was copied from it. */
export const ofEntra: readonly Misconfiguration[] = mistakes().map((row) => ({
  ...row,
  values: { ...REGISTERED, ...row.values },
}));

function mistakes(): Misconfiguration[] {
  return [
    {
      mistake: 'The name of the app as Client ID',
      at: 'save',
      code: 'entra.client-id',
      put: 'Application (client) ID',
    },
    {
      mistake: 'The name of the organization as directory',
      at: 'save',
      code: 'entra.directory',
      put: 'Directory (tenant) ID',
    },
    {
      mistake: 'A directory that does not exist',
      at: 'save',
      code: 'entra.90002',
      values: { directoryId: 'nobody.example' },
      put: 'Directory (tenant) ID',
    },
    {
      mistake: 'The Secret ID instead of the secret’s Value',
      at: 'note',
      code: 'entra.secret-id',
      put: 'the Value of the secret',
    },
    {
      mistake: 'A claim chosen as address beside a Discovery url of Microsoft’s',
      at: 'note',
      code: 'entra.address-claim',
      values: { found: '"mail"' },
      put: 'nothing: Entra ID has the address in claims of its own',
    },
    { mistake: 'Microsoft out of reach', at: 'save', code: 'entra.unreachable', put: 'nothing: wait a few minutes' },
    { mistake: 'ID tokens not ticked', at: 'login', code: 'entra.700054', person: 'error.provider.misconfigured' },
    {
      mistake: 'No credential here, and the app wants one',
      at: 'login',
      code: 'entra.7000218',
      person: 'error.provider.misconfigured',
      put: 'the Value of a client secret',
    },
    {
      mistake: 'A wrong client secret',
      at: 'login',
      code: 'entra.7000215',
      person: 'error.provider.misconfigured',
      put: 'the Value of the secret',
    },
    {
      mistake: 'An expired client secret',
      at: 'login',
      code: 'entra.7000222',
      person: 'error.provider.misconfigured',
      put: 'a new client secret',
    },
    { mistake: 'Admin consent missing', at: 'login', code: 'entra.90094', person: 'error.provider.misconfigured' },
    {
      mistake: 'The app is disabled',
      at: 'login',
      code: 'entra.7000112',
      person: 'error.provider.misconfigured',
    },
    {
      mistake: 'The directory is in another cloud',
      at: 'save',
      code: 'entra.90038',
      put: 'US Government (entra.microsoft.us), for example',
    },
    {
      mistake: 'The word common in place of the directory',
      at: 'save',
      code: 'entra.common',
      put: 'Directory (tenant) ID',
    },
    { mistake: 'Nobody has consented', at: 'login', code: 'entra.65001', person: 'error.provider.misconfigured' },
    {
      mistake: 'Token of another directory',
      at: 'login',
      code: 'login.directory',
      person: 'error.provider.other-directory',
      values: { member: 'tid', found: '"1111"', wanted: '"2222"' },
    },
    {
      mistake: 'Redirect URI not registered in Entra ID',
      at: 'provider',
      code: 'unreturned',
      values: { ...about, method: 'entra-id' },
    },
    {
      mistake: 'Client ID of another directory',
      at: 'provider',
      code: 'unreturned',
      values: { ...about, method: 'entra-id' },
    },
    {
      mistake: 'Assignment required, and the person is not assigned',
      at: 'provider',
      code: 'unreturned',
      values: { ...about, method: 'entra-id' },
    },
  ];
}
