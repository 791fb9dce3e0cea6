/** Limits for which the table `limit_policy` has no row. */
export const LIMITS = {
  /** Logins begun from one network in ten minutes: an office of some thousand people behind one address begins its day. */
  'network-logins': 3000,
  /** Live sessions of one user: browsers that were used within the hour. */
  'user-sessions': 20,
  /** Codes of devices entered from one network, or by one user who is logged in, in ten minutes, right ones too: each login of a device enters its code twice. */
  'network-device-codes': 60,
  /** Wrong codes of devices entered in ten minutes where nobody is logged in: of 25 thousand million, so a guess of one in use stays unlikely. */
  'device-codes': 10_000,
} as const;
