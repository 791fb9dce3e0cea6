import { selectScopeSentences } from './application-scope-store.ts';
import type { ScopeSentence } from './application-scope-store.ts';
import { isDocumentUrl } from '../unregistered/client-document.ts';
import { selectOpenSentences } from '../unregistered/open-resource-store.ts';
import type { Database } from '../../db/database.ts';

/** What a person is asked to allow at an API resource: its name and the sentences of scopes the application may ask for. */
export async function findScopeSentences(
  deps: { db: Database },
  about: { clientId: string; audience: string; scopes: readonly string[] },
): Promise<{ name: string; scopes: Omit<ScopeSentence, 'name'>[] } | undefined> {
  const found = isDocumentUrl(about.clientId)
    ? await selectOpenSentences(deps.db, about.audience)
    : await selectScopeSentences(deps.db, about.clientId, about.audience);
  const [first] = found;
  if (first === undefined) return undefined;
  const asked = found.filter(({ scope }) => about.scopes.includes(scope));
  return { name: first.name, scopes: asked.map(({ name: _name, ...sentence }) => sentence) };
}
