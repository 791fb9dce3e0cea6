import type { z } from 'zod';
import type { tokenFaultSchema } from '../faults/token-faults.ts';
import type { Switch } from './switch.ts';

type Fault = z.input<typeof tokenFaultSchema>;

const token =
  (fault: Fault): NonNullable<Switch['faults']> =>
  () => ({ token: [fault] });
const claim = (set: Record<string, unknown>): NonNullable<Switch['faults']> => token({ kind: 'claims', set });

/** The ID token: its signature (RFC 7515, RFC 8725). */
export const SIGNATURE: readonly Switch[] = [
  {
    id: 'wrong-signature',
    says: 'ID tokens are signed by a key that nobody published, under a published kid.',
    faults: token({ kind: 'wrong-signature' }),
  },
  {
    id: 'personal-key',
    says: 'ID tokens are signed by the published key of personal accounts.',
    only: 'entra-id',
    faults: token({ kind: 'foreign-key', name: 'personal' }),
  },
  {
    id: 'foreign-cloud-key',
    says: 'ID tokens are signed by the published key of another cloud.',
    only: 'entra-id',
    faults: token({ kind: 'foreign-key', name: 'foreign-cloud' }),
  },
  { id: 'alg-none', says: 'ID tokens are not signed (alg none).', faults: token({ kind: 'alg-none' }) },
  { id: 'alg-hs256', says: 'ID tokens are signed with HS256 under the public key.', faults: token({ kind: 'hs256' }) },
  {
    id: 'alg-rs512',
    says: 'ID tokens are signed with RS512, which was not announced.',
    faults: token({ kind: 'rs512' }),
  },
  { id: 'no-kid', says: 'ID tokens have no kid.', faults: token({ kind: 'no-key-id' }) },
  {
    id: 'unknown-kid',
    says: 'ID tokens have a kid that is in no key set; each asks for the keys anew.',
    faults: token({ kind: 'unknown-key-id' }),
  },
  { id: 'embedded-key', says: 'ID tokens bring their own key (jwk).', faults: token({ kind: 'embedded-key' }) },
  {
    id: 'key-address',
    says: 'ID tokens name an address of their key (jku).',
    faults: token({ kind: 'header', set: { jku: 'https://keys.fabrikam-trading.example/keys' } }),
  },
  {
    id: 'critical-header',
    says: 'ID tokens demand an extension nobody knows (crit).',
    faults: token({ kind: 'critical-header' }),
  },
];

/** The ID token: its claims (OpenID Connect Core 1.0, sections 2 and 3.1.3.7). */
export const CLAIMS: readonly Switch[] = [
  { id: 'wrong-iss', says: 'iss is somebody else.', faults: token({ kind: 'wrong-issuer' }) },
  { id: 'iss-slash', says: 'iss has a slash more at its end.', faults: token({ kind: 'issuer-with-slash' }) },
  {
    id: 'iss-v1',
    says: 'iss is the one of version 1 (sts.windows.net).',
    only: 'entra-id',
    faults: token({ kind: 'wrong-issuer', issuer: 'https://sts.windows.net/11111111-2222-4333-8444-555555555555/' }),
  },
  {
    id: 'ver-1',
    says: 'ver is 1.0.',
    only: 'entra-id',
    faults: claim({ ver: '1.0' }),
  },
  {
    id: 'other-directory',
    says: 'tid is another directory.',
    only: 'entra-id',
    faults: token({ kind: 'other-directory' }),
  },
  {
    id: 'other-directory-iss',
    says: 'tid and iss are of another directory.',
    only: 'entra-id',
    faults: token({ kind: 'other-directory', withIssuer: true }),
  },
  { id: 'no-tid', says: 'tid is missing.', only: 'entra-id', faults: claim({ tid: null }) },
  {
    id: 'tid-twice',
    says: 'tid is there twice, once in capitals (TID).',
    only: 'entra-id',
    faults: claim({ TID: '11111111-2222-4333-8444-555555555555' }),
  },
  { id: 'no-oid', says: 'oid is missing.', only: 'entra-id', faults: token({ kind: 'no-oid' }) },
  {
    id: 'guest',
    says: 'Everybody is a guest from another directory.',
    only: 'entra-id',
    faults: token({ kind: 'guest' }),
  },
  {
    id: 'edov-false',
    says: 'xms_edov says that the mail domain is not verified.',
    only: 'entra-id',
    faults: claim({ xms_edov: false }),
  },
  { id: 'wrong-aud', says: 'aud is another application.', faults: token({ kind: 'wrong-audience' }) },
  { id: 'aud-list', says: 'aud lists another application as well.', faults: token({ kind: 'audience-list' }) },
  { id: 'foreign-azp', says: 'azp is another application.', faults: token({ kind: 'foreign-azp' }) },
  { id: 'wrong-nonce', says: 'nonce is another one.', faults: token({ kind: 'wrong-nonce' }) },
  { id: 'no-nonce', says: 'nonce is missing.', faults: token({ kind: 'no-nonce' }) },
  { id: 'expired', says: 'ID tokens expired yesterday.', faults: token({ kind: 'expired' }) },
  { id: 'future-nbf', says: 'ID tokens are valid in twenty minutes (nbf).', faults: token({ kind: 'future-nbf' }) },
  { id: 'future-iat', says: 'ID tokens are issued in twenty minutes (iat).', faults: token({ kind: 'future-iat' }) },
  { id: 'no-sub', says: 'sub is missing.', faults: token({ kind: 'no-subject' }) },
  { id: 'empty-sub', says: 'sub is empty.', faults: claim({ sub: '' }) },
  { id: 'long-sub', says: 'sub has 300 characters.', faults: claim({ sub: 's'.repeat(300) }) },
  {
    id: 'foreign-email',
    says: 'Everybody has the address of the victim, unproven (nOAuth): admin@contoso.example.',
    faults: token({ kind: 'foreign-email', email: 'admin@contoso.example' }),
  },
  { id: 'no-email', says: 'email is missing.', faults: claim({ email: null, preferred_username: null, upn: null }) },
  {
    id: 'email-unverified',
    says: 'email_verified is false.',
    only: 'openid-connect',
    faults: claim({ email_verified: false }),
  },
  {
    id: 'email-verified-text',
    says: 'email_verified is the text "true".',
    only: 'openid-connect',
    faults: claim({ email_verified: 'true' }),
  },
  { id: 'huge-token', says: 'ID tokens have 500 KB.', faults: token({ kind: 'huge' }) },
];
