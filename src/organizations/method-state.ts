import type { Method } from './organization.ts';

/** What the chip beside an organization's method says. */
export type MethodState = 'active' | 'unconfirmed' | 'failing' | 'held' | 'no-users' | 'suspended';

/** State of a method: what keeps people out first, then what waits for something. */
export function methodState(about: {
  method: Method;
  suspended: boolean;
  users: number;
  /** The connection in force, of the managing one where that is followed; null for methods without one. */
  connection: { state: 'unconfirmed' | 'active'; failingSince: Date | null; heldSince: Date | null } | null;
}): MethodState {
  if (about.suspended) return 'suspended';
  const { connection } = about;
  if (about.method !== 'built-in' && connection !== null) {
    if (connection.heldSince !== null) return 'held';
    if (connection.failingSince !== null) return 'failing';
    if (connection.state === 'unconfirmed') return 'unconfirmed';
  }
  return about.users === 0 ? 'no-users' : 'active';
}
