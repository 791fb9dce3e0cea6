import type { Module } from './plan.ts';

const NO_SUCH_SCOPE = 'the scope is not in `scopes_supported`; what we test is that it is passed over';
const DYNAMIC_ALONE = 'for registration by request (dynamic) alone; here an administrator registers';

/** What the Basic profile asks of an OpenID Provider; Form Post Basic asks the same with answers by form. */
export const BASIC_OP: readonly Module[] = [
  {
    name: 'oidcc-server',
    section: 'Core 3.1.2, 3.1.3',
    holds: 'a code flow without PKCE gives tokens whose every claim is right',
  },
  {
    name: 'oidcc-response-type-missing',
    section: 'Core 3.1.2.1',
    holds: 'a request without response_type is refused to the application',
  },
  {
    name: 'oidcc-idtoken-signature',
    section: 'Core 10.1, 3.1.3.7',
    holds: 'an application that chose no algorithm gets RS256 with a key id',
    leftOutThere: DYNAMIC_ALONE,
  },
  {
    name: 'oidcc-idtoken-unsigned',
    section: 'Core 3.1.3.7',
    holds: 'nobody registers for unsigned ID tokens',
    leftOutThere: DYNAMIC_ALONE,
  },
  { name: 'oidcc-userinfo-get', section: 'Core 5.3.1', holds: 'userinfo answers a GET with the token in the header' },
  {
    name: 'oidcc-userinfo-post-header',
    section: 'Core 5.3.1',
    holds: 'userinfo answers a POST with the token in the header',
  },
  {
    name: 'oidcc-userinfo-post-body',
    section: 'Core 5.3.1, RFC 6750 2.2',
    holds: 'userinfo answers a POST with the token in the body',
  },
  {
    name: 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    section: 'Core 3.1.2.1',
    holds: 'a nonce is optional with code, and none is made up',
  },
  { name: 'oidcc-scope-profile', section: 'Core 5.4', holds: 'scope profile gives the name' },
  { name: 'oidcc-scope-email', section: 'Core 5.4', holds: 'scope email gives address and whether it is verified' },
  {
    name: 'oidcc-scope-address',
    section: 'Core 5.4, 3.1.2.1',
    holds: 'scope address is passed over',
    leftOutThere: NO_SUCH_SCOPE,
  },
  {
    name: 'oidcc-scope-phone',
    section: 'Core 5.4, 3.1.2.1',
    holds: 'scope phone is passed over',
    leftOutThere: NO_SUCH_SCOPE,
  },
  {
    name: 'oidcc-scope-all',
    section: 'Core 5.4',
    holds: 'all standard scopes at once give what there is',
    leftOutThere: NO_SUCH_SCOPE,
  },
  {
    name: 'oidcc-ensure-other-scope-order-succeeds',
    section: 'Core 3.1.2.1',
    holds: 'openid need not be the first scope',
  },
  { name: 'oidcc-display-page', section: 'Core 3.1.2.1', holds: 'display=page is taken' },
  { name: 'oidcc-display-popup', section: 'Core 3.1.2.1', holds: 'display=popup is taken' },
  {
    name: 'oidcc-prompt-login',
    section: 'Core 3.1.2.1',
    holds: 'prompt=login asks who is logged in again, and auth_time tells it',
  },
  {
    name: 'oidcc-prompt-none-not-logged-in',
    section: 'Core 3.1.2.1, 3.1.2.6',
    holds: 'prompt=none without a session is answered login_required',
  },
  {
    name: 'oidcc-prompt-none-logged-in',
    section: 'Core 3.1.2.1',
    holds: 'prompt=none with a session gives the same person and auth_time',
  },
  {
    name: 'oidcc-max-age-1',
    section: 'Core 3.1.2.1, 2',
    holds: 'an older login than max_age is done again, and auth_time tells it',
  },
  {
    name: 'oidcc-max-age-10000',
    section: 'Core 3.1.2.1, 2',
    holds: 'a younger login than max_age is kept, and auth_time is stated',
  },
  {
    name: 'oidcc-ensure-request-with-unknown-parameter-succeeds',
    section: 'Core 3.1.2.1',
    holds: 'an unknown parameter is passed over',
  },
  {
    name: 'oidcc-id-token-hint',
    section: 'Core 3.1.2.1',
    holds: 'prompt=none with id_token_hint gives the person of the hint',
  },
  { name: 'oidcc-login-hint', section: 'Core 3.1.2.1', holds: 'login_hint fills the page' },
  { name: 'oidcc-ui-locales', section: 'Core 3.1.2.1, 5.2', holds: 'an unknown ui_locales is no error' },
  { name: 'oidcc-claims-locales', section: 'Core 5.2', holds: 'claims_locales is no error' },
  {
    name: 'oidcc-ensure-request-with-acr-values-succeeds',
    section: 'Core 3.1.2.1, 5.5.1.1',
    holds: 'acr_values are voluntary: unknown ones are no error',
  },
  {
    name: 'oidcc-codereuse',
    section: 'Core 3.1.3.2, RFC 6749 4.1.2',
    holds: 'a code that was redeemed is refused at once',
  },
  {
    name: 'oidcc-codereuse-30seconds',
    section: 'Core 3.1.3.2, RFC 6749 4.1.2',
    holds: 'a code redeemed again later is refused and its tokens end',
  },
  {
    name: 'oidcc-ensure-registered-redirect-uri',
    section: 'Core 3.1.2.1',
    holds: 'nobody is sent to an address that is not registered',
  },
  {
    name: 'oidcc-ensure-post-request-succeeds',
    section: 'Core 3.1.2.1',
    holds: 'the authorization request may be posted',
  },
  {
    name: 'oidcc-server-client-secret-post',
    section: 'Core 9',
    holds: 'the client secret may be sent in the form',
  },
  {
    name: 'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    section: 'Core 6.2, 3.1.2.6',
    holds: 'request_uri is refused by its name',
    leftOutThere: DYNAMIC_ALONE,
  },
  {
    name: 'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    section: 'Core 6.1, 3.1.2.6',
    holds: 'request is refused by its name',
  },
  {
    name: 'oidcc-claims-essential',
    section: 'Core 5.5.1',
    holds: 'a claim asked for by name is given where that is supported, and no error elsewhere',
  },
  {
    name: 'oidcc-ensure-request-object-with-redirect-uri',
    section: 'Core 6.1',
    holds: 'a request object changes no redirect URI',
    leftOutThere: 'request objects are refused (`request_parameter_supported` is not true)',
  },
  {
    name: 'oidcc-refresh-token',
    section: 'Core 12, RFC 6749 6',
    holds: 'a refresh gives the same person again, to the same application alone',
  },
  {
    name: 'oidcc-ensure-request-with-valid-pkce-succeeds',
    section: 'RFC 7636 4',
    holds: 'an application registered without PKCE may use it',
  },
];
