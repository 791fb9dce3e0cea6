import { z } from 'zod';
import type { Finding } from './explanation-codes.ts';

/** What may change at a provider without a person's doing there, and what somebody who took over its name would change. */
export const CHANGES = ['keys', 'key', 'host', 'issuer'] as const;

/** One change that an administrator has to confirm. */
export const providerChange = z.object({
  /**
   * `keys`: none of the keys from before is left; `key`: another key under an id that is known; `host`: an endpoint at a host
   * that was not named before; `issuer`: another issuer.
   */
  what: z.enum(CHANGES),
  /** The member of the document, or the id of the key. */
  member: z.string(),
  before: z.string(),
  after: z.string(),
});
export type ProviderChange = z.infer<typeof providerChange>;

/** What reading a provider's documents again found. */
export type Reading<Settings = unknown> =
  /** They could not be read, or cannot be used: those stored stay. */
  | { kind: 'fault'; fault: Finding }
  /**
   * As a rightful provider changes them. `part`: the members of the settings that changed; null when none did. `taken`:
   * changes that would be suspicious at a host where the operator does not take them.
   */
  | { kind: 'good'; part: Partial<Settings> | null; taken: ProviderChange[] }
  /** Changed as a rightful provider rarely does. `part` holds once it is confirmed; null for what cannot be. */
  | { kind: 'suspicious'; changes: ProviderChange[]; part: Partial<Settings> | null };
