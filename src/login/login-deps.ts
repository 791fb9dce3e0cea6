import type { BindingDeps } from './connection/returned.ts';
import type { Assets, Shell } from './pages/layout.ts';
import type { Log } from '../base/log.ts';
import type { DocumentReader } from '../applications/unregistered/read-document.ts';
import type { PasswordHasher } from '../authenticators/password.ts';
import type { AuthorizationDeps } from '../connections/authorization/send-authorization-request.ts';
import type { TrialRunDeps } from '../connections/trial/open-trial.ts';
import type { AskDns } from '../domains/dns/ask-dns.ts';
import type { Texts } from '../texts/catalog.ts';

/** What the handling of one request is given. */
export interface LoginDeps extends AuthorizationDeps, BindingDeps, Pick<TrialRunDeps, 'isAdministratingToken'> {
  /** Asks DNS about domains, at setup links. */
  askDns: AskDns;
  /** Of applications that nobody registered. */
  documents: DocumentReader;
  log: Log;
  passwords: PasswordHasher;
  publicUrl: URL;
  /** A mail server is configured; else mails are files in the data folder. */
  sendsMail: boolean;
  productName: string;
  shell: Shell;
  texts: Texts;
}

/** What the login door is built from, once: everything but the language of a request. */
export type LoginDoor = InNoLanguage<LoginDeps>;

/** Dependencies before a request says its language. */
export type InNoLanguage<Deps extends { shell: Shell; texts: Texts }> = Omit<Deps, 'shell'> & { assets: Assets };

/** The pages in the language of a request. */
export function shellFor(
  door: { texts: Texts; assets: Assets },
  request: { headers: { 'accept-language'?: string | undefined } },
): Shell {
  return { t: door.texts.for(request.headers['accept-language']), assets: door.assets };
}
