import { useEffect, useState } from 'react';
import { useConsole } from '../../console-context.ts';

/** Hands a form what it held before the console left for a login, once: see `UnsavedGuard`. */
export function useKept(name: string, show: (kept: Record<string, unknown>) => void): void {
  const { unsaved } = useConsole();
  const [kept] = useState(() => unsaved.takeBack(name));
  useEffect(() => {
    if (typeof kept === 'object' && kept !== null) show(kept as Record<string, unknown>);
    // Once, with what the form was given when it was drawn first.
  }, []);
}
