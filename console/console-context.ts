import { createContext, useContext } from 'react';
import type { Api } from './api/api-client.ts';
import type { Session } from './api/session.ts';
import type { UnsavedForms } from './parts/form/unsaved-forms.ts';

/** What every page may use; `main.tsx` and `app.tsx` build it once. */
export interface Console {
  session: Session;
  api: Api;
  unsaved: UnsavedForms;
  /** Called with every failed query and mutation: a missing login and a stale factor are handled in one place. */
  onFailure: (error: unknown) => void;
}

const Context = createContext<Console | null>(null);
export const ConsoleProvider = Context.Provider;

export function useConsole(): Console {
  const value = useContext(Context);
  if (value === null) throw new Error('useConsole was called outside of its provider');
  return value;
}
