import { useEffect, useState } from 'react';
import { useConsole } from '../../console-context.ts';

/** Gives a form the values it had before a login, once: see `UnsavedGuard`. */
export function useKept(name: string, show: (kept: Record<string, unknown>) => void): void {
  const { unsaved } = useConsole();
  const [kept] = useState(() => unsaved.takeBack(name));
  useEffect(() => {
    if (typeof kept === 'object' && kept !== null) show(kept as Record<string, unknown>);
    // Once, with the form of the first render.
  }, []);
}
