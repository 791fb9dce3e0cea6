/**
 * What a connection's provider publishes, kept up to date: metadata and signing keys are read again in the background, and
 * when a token names a key that is not stored.
 *
 *     read-in-background   every hour (every 5 minutes after a fault and while held) a job for each connection that is due: all
 *                          that people can log in by, also the one before while a pilot or an unconfirmed one leaves it in use
 *     read-for-unknown-key a login that needs a key: at most once a minute for a connection, over all servers
 *       -> read-provider-again   claims the reading, has the connector read and compare (`Connector.reread`), stores
 *            good        what changed is stored; nobody is told
 *            fault       the last good copy stays in force
 *            suspicious  hold-connection: nobody is sent there until an administrator confirms (confirm-provider), saves other
 *                        settings, or the provider is as before
 *
 * This file is the model of a hold; reading-store.ts has the SQL of the readings, mail-hold.ts the mails.
 */
import { z } from 'zod';
import type { Connection } from '../connection.ts';
import { sha256 } from '../../base/random.ts';
import { providerChange } from '../../connectors/provider-change.ts';
import type { ProviderChange } from '../../connectors/provider-change.ts';
import type { Text } from '../../texts/catalog.ts';

const stored = z.object({
  changes: z.array(providerChange),
  /** Members of the settings that a confirmation puts in force; null where other settings have to be saved. */
  part: z.record(z.string(), z.unknown()).nullable(),
});

/** As it is written into `connection.hold`. */
export type StoredHold = z.infer<typeof stored>;

/** Why nobody is sent to a provider. */
export interface Hold extends StoredHold {
  since: Date;
  /** Names exactly what was found: a confirmation says what it confirms. */
  id: string;
}

/** The hold of a connection; null for one that is not held. */
export function readHold({ heldSince, hold }: Pick<Connection, 'heldSince' | 'hold'>): Hold | null {
  if (heldSince === null) return null;
  const read = stored.parse(hold);
  return { ...read, since: heldSince, id: sha256(JSON.stringify(read)).toString('base64url') };
}

/** A change in a sentence. */
export function changeText(t: Text, { what, member, before, after }: ProviderChange): string {
  return t(`connection.change.${what}`, { member, before, after });
}

/** Changes as the audit log keeps them. */
export function changeFacts(changes: readonly ProviderChange[]): string[] {
  return changes.map(({ what, member, before, after }) => `${what} ${member}: ${before} → ${after}`);
}
