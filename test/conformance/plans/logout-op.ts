import type { Module } from './plan.ts';

const LOGOUT = 'RP-Initiated Logout';
const BACK_CHANNEL = 'Back-Channel Logout';

export const RP_INITIATED_LOGOUT_OP: readonly Module[] = [
  {
    name: 'oidcc-rp-initiated-logout-discovery-endpoint-verification',
    section: `${LOGOUT} 2.1`,
    holds: 'end_session_endpoint is published',
  },
  {
    name: 'oidcc-rp-initiated-logout',
    section: `${LOGOUT} 2, 3`,
    holds: 'the person is logged out and comes back with the state',
  },
  {
    name: 'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
    section: `${LOGOUT} 3`,
    holds: 'nobody is sent to an address that is not registered',
  },
  {
    name: 'oidcc-rp-initiated-logout-modified-id-token-hint',
    section: `${LOGOUT} 2, 4`,
    holds: 'a hint whose signature does not fit sends nobody anywhere',
  },
  {
    name: 'oidcc-rp-initiated-logout-no-id-token-hint',
    section: `${LOGOUT} 2, 3`,
    holds: 'without hint and client id the person is asked, and sent nowhere',
  },
  {
    name: 'oidcc-rp-initiated-logout-no-params',
    section: `${LOGOUT} 2`,
    holds: 'without parameters the person is asked, logged out and told',
  },
  {
    name: 'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
    section: `${LOGOUT} 2`,
    holds: 'with the hint alone the person is logged out and told',
  },
  {
    name: 'oidcc-rp-initiated-logout-no-state',
    section: `${LOGOUT} 2, 3`,
    holds: 'without state none comes back',
  },
  {
    name: 'oidcc-rp-initiated-logout-only-state',
    section: `${LOGOUT} 2`,
    holds: 'state alone sends nobody anywhere',
  },
  {
    name: 'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    section: `${LOGOUT} 3`,
    holds: 'a query added to a registered address makes it another',
  },
  {
    name: 'oidcc-rp-initiated-logout-bad-id-token-hint',
    section: `${LOGOUT} 2, 4`,
    holds: 'a hint that somebody else signed sends nobody anywhere',
  },
];

export const BACK_CHANNEL_LOGOUT_OP: readonly Module[] = [
  {
    name: 'oidcc-backchannel-logout-discovery-endpoint-verification',
    section: `${BACK_CHANNEL} 2.1`,
    holds: 'support, and that of sessions, is published',
  },
  {
    name: 'oidcc-backchannel-rp-initiated-logout',
    section: `${BACK_CHANNEL} 2.4, 2.5`,
    holds: 'the application gets a logout token whose every claim is right',
  },
];
