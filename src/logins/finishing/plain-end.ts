import type { PlainProof } from '../../connections/facts/plain-proof.ts';
import type { User } from '../../users/user.ts';

/**
 * How a login ends that changes nothing but what every login changes: its row, when its user and identity were last seen, the
 * audit log. All of it is one statement, which locks login, user and then identity or password (docs/decisions/0014) and
 * writes only where each of them is as this request read it. `finish-login.ts` is the way for every other end, and for one in
 * which anything was otherwise: it finds out what, and refuses or goes on.
 */
export type PlainEnd = { user: User } &
  /** Through an identity provider. */
  (
    | { proof: PlainProof }
    /** With a password of ours and a factor, where the organization logs in so. */
    | { passwordProvedAt: Date }
  );
