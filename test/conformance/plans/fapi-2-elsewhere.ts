import { prefixed } from './fapi-2-op.ts';
import type { Module } from './plan.ts';

const because = (
  doesNotApply: string,
  ...modules: readonly (readonly [name: string, section: string, holds: string])[]
): readonly Module[] => prefixed(modules.map(([name, section, holds]) => ({ name, section, holds, doesNotApply })));

/** What the plan names for other variants than ours: `plain_fapi`, unsigned requests, no grant management. */
export const FAPI_2_ELSEWHERE: readonly Module[] = [
  ...because(
    'of the national profiles; under `plain_fapi` the suite runs `plain-fapi-tolerate-unregistered-redirect-uri` instead',
    ['ensure-registered-redirect-uri', 'RFC 9126 2.1', 'nobody is sent to an address that is not registered'],
  ),
  ...because(
    'of the Australian profiles (ConnectID, Consumer Data Right), which need mutual TLS or JARM',
    ['australia-connectid-ensure-invalid-purpose-fails', 'ConnectID', 'a purpose is checked'],
    [
      'australia-connectid-test-claims-parameter-idtoken-identity-claims',
      'ConnectID',
      'identity claims stand in the ID token',
    ],
    ['cdr-sharing-duration-zero', 'Consumer Data Right', 'no refresh token for a sharing duration of zero'],
    ['cdr-negative-sharing-duration', 'Consumer Data Right', 'a negative sharing duration is refused'],
    ['cdr-refresh-token-introspection-expiry', 'Consumer Data Right', 'introspection tells the end of sharing'],
    ['cdr-arrangement-amendment', 'Consumer Data Right', 'an amended arrangement ends older tokens'],
    ['cdr-unrecognised-arrangement-id', 'Consumer Data Right', 'an unknown arrangement is refused'],
  ),
  ...because('of the Brazilian profile, which needs signed payments', [
    'brazil-ensure-bad-payment-signature-fails',
    'Open Finance Brasil',
    'a payment with a wrong signature is refused',
  ]),
  ...because(
    'grant management is a draft that we do not offer; a consent is withdrawn in the account of the person',
    ['grant-management-happy-flow', 'Grant Management 6', 'a grant is read and revoked'],
    ['grant-management-merge', 'Grant Management 5', 'a grant is added to'],
    ['grant-management-replace', 'Grant Management 5', 'a grant is replaced'],
    ['grant-management-ensure-invalid-grant-id-fails', 'Grant Management 5', 'an unknown grant is refused'],
    ['grant-management-ensure-query-nonexistent-grant-fails', 'Grant Management 6', 'an unknown grant is not found'],
    ['grant-management-ensure-query-after-revoke-fails', 'Grant Management 6', 'a revoked grant is not found'],
    [
      'grant-management-ensure-wrong-client-cannot-query-grant',
      'Grant Management 6',
      'a grant is read by its application alone',
    ],
    [
      'grant-management-ensure-wrong-client-cannot-revoke-grant',
      'Grant Management 6',
      'a grant is revoked by its application alone',
    ],
  ),
];
