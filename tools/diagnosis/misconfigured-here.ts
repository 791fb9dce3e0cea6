import { about } from './example-values.ts';
import type { Misconfiguration } from './misconfiguration.ts';

/** What is missing or in the way here. */
export const ours: readonly Misconfiguration[] = [
  {
    mistake: 'Person of the provider without a user here',
    at: 'login',
    code: 'no-account',
    person: 'error.login.no-account',
    values: about,
    put: about.came,
  },
  {
    mistake: 'User disabled while at the provider',
    at: 'login',
    code: 'user-may-not',
    person: 'login.refused.lead',
    values: about,
    put: 'Enable',
  },
  {
    mistake: 'Account made anew at the provider',
    at: 'login',
    code: 'user-has-another-identity',
    person: 'error.identity.taken',
    values: about,
    put: 'The same person, or Another person',
  },
  {
    mistake: 'Address at the provider differs, or is not proven',
    at: 'page',
    code: 'binding-open',
    person: 'login.binding.title',
    values: about,
    put: about.domain,
  },
  {
    mistake: 'Address mistyped, or nobody invited it',
    at: 'page',
    code: 'nobody',
    person: 'login.password.wrong',
    values: about,
    put: about.email,
  },
  {
    mistake: 'Wrong password',
    at: 'page',
    code: 'wrong-password',
    person: 'login.password.wrong',
    values: about,
    put: 'a new password',
  },
  {
    mistake: 'Clock of the phone is wrong',
    at: 'page',
    code: 'wrong-factor',
    person: 'login.second-factor.code-wrong',
    values: about,
    put: 'Reset authenticators',
  },
  {
    mistake: 'Provider’s page left open for an hour',
    at: 'login',
    code: 'too-late',
    person: 'error.provider.try-again',
    values: about,
    put: 'nothing: log in again',
  },
  {
    mistake: 'Login opened in two browsers',
    at: 'page',
    code: 'stray-callback',
    person: 'login.stray.lead',
    values: about,
    put: 'the login link of the organization',
  },
];
