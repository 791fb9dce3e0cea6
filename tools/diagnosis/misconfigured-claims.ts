import type { Misconfiguration } from './misconfiguration.ts';

/** Claims that were chosen for address and name. */
export const ofClaims: readonly Misconfiguration[] = [
  {
    mistake: 'A claim of the token chosen as address',
    at: 'save',
    code: 'settings.claim-name',
    values: { found: '"sub"' },
    put: 'the name of the claim that holds the address',
  },
  {
    mistake: 'Another claim than email chosen as address',
    at: 'note',
    code: 'settings.address-claim',
    values: { member: 'mail' },
    put: 'nothing, where the provider states email and email_verified',
  },
  {
    mistake: 'The provider does not state the claim chosen as address',
    at: 'login',
    code: 'login.address-claim-missing',
    person: 'error.login.no-account',
    values: { member: 'mail', found: 'name, preferred_username, workEmail' },
    put: 'the one of them that holds the address',
  },
  {
    mistake: 'The claim chosen as address holds a list',
    at: 'page',
    code: 'login.address-claim-unusable',
    person: 'login.binding.title',
    values: { member: 'mail', found: '["maria@contoso.example"]' },
    put: 'a claim that holds one address, as text',
  },
  {
    mistake: 'The provider does not state the claim chosen as name',
    at: 'aside',
    code: 'login.name-claim-missing',
    values: { member: 'displayName', found: 'email, given_name, name' },
    put: 'the one of them that holds the name',
  },
];
