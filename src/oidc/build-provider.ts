import type { Provider } from 'oidc-provider';
import { createClientCache } from './clients.ts';
import { watchLogouts } from './logout.ts';
import { createProvider } from './provider.ts';
import type { ProviderPages } from './provider.ts';
import { tryMetadata } from './trying/try-client.ts';
import { recordEntries } from './requests/record-entries.ts';
import { recordMachineTokens } from './resources/record-machine-tokens.ts';
import { openSigningKeys } from './signing-keys.ts';
import type { SigningKeys } from './signing-keys.ts';
import { createAdapter } from './storage/adapter.ts';
import { createFindUnregistered } from './unregistered/find-unregistered.ts';
import { CHANGE_CHANNEL, SIGNING_KEYS } from '../db/change-channel.ts';
import { findByClientId } from '../applications/find-application.ts';
import type { DocumentReader } from '../applications/unregistered/read-document.ts';
import { readTicket, triedBy } from '../applications/trying/try-ticket.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { GuardedFetch } from '../connectors/outgoing/guarded-fetch.ts';
import type { Database } from '../db/database.ts';
import type { JobHandler } from '../jobs/job.ts';
import type { LogoutNotice } from '../sessions/logout-notice.ts';

/**
 * Builds the OpenID Provider with its storage, its signing keys and what it records in the audit log.
 * @returns the provider, to be mounted, the handler of the jobs that deliver logout notices, and what ends its listening
 */
export async function buildProvider(deps: {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  publicUrl: URL;
  fetch: GuardedFetch;
  pages: ProviderPages;
  /** As the open database offers it: tells of applications and of signing keys that changed. */
  listen: (channel: string, heard: (text: string) => void) => Promise<() => Promise<void>>;
  log: Log;
  /** Of applications that nobody registered. */
  documents: DocumentReader;
}): Promise<{
  provider: Provider;
  signingKeys: SigningKeys;
  logoutNotices: JobHandler<LogoutNotice>;
  stopListening: () => Promise<void>;
}> {
  const { db, clock, secrets, publicUrl, pages, documents } = deps;
  const clients = createClientCache({
    clock,
    findApplication: async (clientId) => findByClientId({ db }, clientId),
  });
  const signingKeys = await openSigningKeys(deps);
  const heard = (text: string): void => {
    if (text !== SIGNING_KEYS) clients.forget(text);
    else
      signingKeys.read().catch((error: unknown) => deps.log.warn({ err: error }, 'the signing keys could not be read'));
  };
  const stopHearing = await deps.listen(CHANGE_CHANNEL, heard).catch((error: unknown) => {
    deps.log.warn({ err: error }, 'changed applications and signing keys are noticed after five seconds only');
    return async () => {};
  });
  const provider = createProvider({
    clock,
    publicUrl,
    adapter: createAdapter({
      db,
      secrets,
      findUnregistered: createFindUnregistered({ db, documents, findRow: clients.find }),
      findClient: async (clientId) => {
        const tried = triedBy(clientId);
        const found = await clients.find(tried ?? clientId);
        return tried === null || found === undefined ? found : tryMetadata(found, publicUrl);
      },
    }),
    readTicket: (ticket, about) => readTicket({ clock, secrets }, ticket, about),
    readClientAgain: clients.readAgain,
    keys: { keys: signingKeys.keys },
    cookieKeys: secrets.deriveKeys('cookies', 32),
    successorKey: secrets.deriveKeys('refresh token successors', 32)[0]!,
    // The library aborts its requests after 2.5 s (its `AbortSignal` is in `init`).
    fetch: async (url, init) =>
      deps.fetch(url instanceof Request ? url.url : url, { ...init } as Parameters<GuardedFetch>[1]),
    pages,
  });
  signingKeys.follow(provider);
  recordEntries(provider);
  recordMachineTokens(provider, { clock });
  const https = publicUrl.protocol === 'https:';
  const logoutNotices = watchLogouts({ db, clock, secrets, provider, https });
  const stopListening = async (): Promise<void> => {
    signingKeys.stop();
    await stopHearing();
  };
  return { provider, signingKeys, logoutNotices, stopListening };
}
