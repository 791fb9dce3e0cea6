import { BASIC_OP } from './basic-op.ts';
import { FAPI_2_ELSEWHERE } from './fapi-2-elsewhere.ts';
import { FAPI_2_FLOW, FAPI_2_PROOFS, FAPI_2_REQUESTS, FAPI_2_TOKENS } from './fapi-2-op.ts';
import { BACK_CHANNEL_LOGOUT_OP, RP_INITIATED_LOGOUT_OP } from './logout-op.ts';
import type { Plan } from './plan.ts';
import { BASIC_RP, CONFIG_RP, FORM_POST_IMPLICIT_RP, FORM_POST_IMPLICIT_WITH_ACCESS_TOKEN } from './relying-party.ts';

const test = (name: string): string => `test/conformance/${name}.test.ts`;
const STATIC = '`server_metadata=discovery`, `client_registration=static_client`';
const CODE = `${STATIC}, \`response_type=code\``;

/** The plans of the suite's release 5.2.4 (August 2026) that Gatehouse is held to, each with all of its modules. */
export const PLANS = {
  config: {
    name: 'oidcc-config-certification-test-plan',
    profile: 'Config OP',
    as: 'OpenID Provider',
    variant: STATIC,
    test: test('config-op'),
    modules: [
      {
        name: 'oidcc-discovery-endpoint-verification',
        section: 'Discovery 3, 4',
        holds: 'the document and the keys it names are right',
      },
    ],
  },
  basic: {
    name: 'oidcc-basic-certification-test-plan',
    profile: 'Basic OP',
    as: 'OpenID Provider',
    variant: STATIC,
    test: test('basic-op'),
    modules: BASIC_OP,
  },
  formPostBasic: {
    name: 'oidcc-formpost-basic-certification-test-plan',
    profile: 'Form Post OP (basic)',
    as: 'OpenID Provider',
    variant: STATIC,
    test: test('form-post-basic-op'),
    modules: BASIC_OP,
  },
  rpInitiatedLogout: {
    name: 'oidcc-rp-initiated-logout-certification-test-plan',
    profile: 'RP-Initiated Logout OP',
    as: 'OpenID Provider',
    variant: CODE,
    test: test('rp-initiated-logout-op'),
    modules: RP_INITIATED_LOGOUT_OP,
  },
  backChannelLogout: {
    name: 'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
    profile: 'Back-Channel Logout OP',
    as: 'OpenID Provider',
    variant: CODE,
    test: test('back-channel-logout-op'),
    modules: BACK_CHANNEL_LOGOUT_OP,
  },
  fapi2: {
    name: 'fapi2-security-profile-final-test-plan',
    profile: 'FAPI 2.0 Security Profile OP, OpenID Connect, private key, DPoP',
    as: 'OpenID Provider',
    variant:
      '`fapi_profile=plain_fapi`, `client_auth_type=private_key_jwt`, `sender_constrain=dpop`, `openid=openid_connect`, `authorization_request_type=simple`, `grant_management=disabled`',
    test: test('fapi-2-op'),
    modules: [...FAPI_2_FLOW, ...FAPI_2_PROOFS, ...FAPI_2_REQUESTS, ...FAPI_2_TOKENS, ...FAPI_2_ELSEWHERE],
  },
  basicRelyingParty: {
    name: 'oidcc-client-basic-certification-test-plan',
    profile: 'Basic RP',
    as: 'relying party',
    variant: '`client_registration=static_client`, `request_type=plain_http_request`',
    test: test('basic-rp'),
    modules: BASIC_RP,
  },
  configRelyingParty: {
    name: 'oidcc-client-config-certification-test-plan',
    profile: 'Config RP',
    as: 'relying party',
    variant: '`client_registration=static_client`, `client_auth_type=client_secret_basic`',
    test: test('config-rp'),
    modules: CONFIG_RP,
  },
  formPostImplicitRelyingParty: {
    name: 'oidcc-client-formpost-implicit-certification-test-plan',
    profile: 'Form Post RP (implicit)',
    as: 'relying party',
    variant: '`client_registration=static_client`, `response_type=id_token`',
    test: test('form-post-implicit-rp'),
    modules: [...FORM_POST_IMPLICIT_RP, ...FORM_POST_IMPLICIT_WITH_ACCESS_TOKEN],
  },
} as const satisfies Record<string, Plan>;

/** Plans for what Gatehouse does not do. */
export const OTHER_PLANS: readonly { readonly name: string; readonly reason: string }[] = [
  {
    name: 'oidcc-implicit-certification-test-plan, oidcc-hybrid-certification-test-plan and their form post plans',
    reason: '`response_types` is `code` alone: no token comes through the browser (RFC 9700 2.1.2)',
  },
  {
    name: 'oidcc-dynamic-certification-test-plan, oidcc-3rdparty-init-login-certification-test-plan',
    reason: 'an administrator registers applications, nobody does by request (RFC 7591)',
  },
  {
    name: 'oidcc-frontchannel-rp-initiated-logout-certification-test-plan, oidcc-session-management-certification-test-plan',
    reason: 'both need cookies in foreign frames, which browsers no longer send; back-channel logout is offered',
  },
  {
    name: 'fapi2-message-signing-final-test-plan, fapi-ciba plans',
    reason: 'signed requests and answers (JAR, JARM) and CIBA are not offered',
  },
];
