import type { Provider } from 'oidc-provider';
// Not part of what the library offers: it takes its keys when it is made, and one that is made anew for other keys would lose
// what is in memory and every listener. `test/flows/rotate-signing-keys.test.ts` fails where a version of the library has it no more.
import initializeKeystore from 'oidc-provider/lib/helpers/initialize_keystore.js';
import { SigningKey } from './signing-key.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database } from '../db/database.ts';
import { makeFirstKeys, readSigningKeys } from '../keys/read-signing-keys.ts';
import type { OpenSigningKey } from '../keys/read-signing-keys.ts';
import { KNOWN_FOR, READ_EVERY } from '../keys/signing-keys.ts';

/** The keys by which one server signs and verifies, as the database has them. */
export interface SigningKeys {
  /** For the library's configuration: of each algorithm the signing one first. */
  readonly keys: SigningKey[];
  /** Whether a key is to be published. */
  isPublished(kid: string | undefined): boolean;
  /** From now on the library has the keys that are read. */
  follow(provider: Provider): void;
  /** Reads them now, as when somebody says that they changed; resolves when the library has them. */
  read(): Promise<void>;
  /** Whether they may be gone by; reads them where that was too long ago, and is false when they cannot be read then. */
  areKnown(): Promise<boolean>;
  /** Ends the reading again. */
  stop(): void;
}

/** Makes the first keys where there are none, reads them, and from then on every five seconds. */
export async function openSigningKeys(deps: {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  log: Log;
}): Promise<SigningKeys> {
  const { clock, log } = deps;
  let known: readonly OpenSigningKey[] = [];
  let keys: SigningKey[] = [];
  let states: ReadonlyMap<string, OpenSigningKey['state']> = new Map();
  let readAt = clock.now();
  let provider: Provider | undefined;
  let reading: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  const take = (found: readonly OpenSigningKey[]): void => {
    known = found;
    states = new Map(found.map(({ kid, state }) => [kid, state]));
    keys = found.map(({ kid, algorithm, jwk }) => new SigningKey({ jwk, kid, algorithm, ensureMaySign }));
    if (provider !== undefined) initializeKeystore.call(provider, { keys });
  };
  const readOnce = async (): Promise<void> => {
    const at = clock.now();
    const found = await readSigningKeys(deps, known);
    if (found !== null) take(found);
    readAt = at;
  };
  /** What changed while it was read is read once more: calls that come meanwhile share that. */
  const read = async (): Promise<void> => {
    again ??= (reading ?? Promise.resolve())
      .catch(() => {})
      .then(async () => {
        again = undefined;
        reading = readOnce();
        return reading;
      });
    return again;
  };
  const isKnown = (): boolean => Math.abs(clock.now().getTime() - readAt.getTime()) < KNOWN_FOR * 1000;
  const areKnown = async (): Promise<boolean> => {
    if (isKnown()) return true;
    return read().then(
      () => true,
      (error: unknown) => {
        log.warn({ err: error }, 'the signing keys could not be read for an hour: nothing is signed or published');
        return false;
      },
    );
  };
  const ensureMaySign = async (kid: string): Promise<void> => {
    const wasKnown = isKnown();
    if (!(await areKnown())) throw new AppError('database.unavailable', { detail: 'The signing keys are not known.' });
    const state = states.get(kid);
    // One that was chosen a moment ago may sign once more; one that was chosen by what was known long ago may not.
    if (state === 'signing' || (wasKnown && state === 'old')) return;
    throw new AppError('database.unavailable', { detail: 'The key was replaced meanwhile.' });
  };

  await makeFirstKeys(deps);
  await readOnce();
  const timer = setInterval(() => {
    read().catch((error: unknown) => log.warn({ err: error }, 'the signing keys could not be read'));
  }, READ_EVERY * 1000).unref();
  return {
    get keys() {
      return keys;
    },
    isPublished: (kid) => (states.get(kid ?? '') ?? 'former') !== 'former',
    follow(made) {
      provider = made;
      initializeKeystore.call(made, { keys });
    },
    read,
    areKnown,
    stop: () => clearInterval(timer),
  };
}
