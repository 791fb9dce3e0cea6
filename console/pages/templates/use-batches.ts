import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConnectionTemplate, ConsentOfOrganization } from '../../../src/api/contract/connections/templates.ts';
import { useConsole } from '../../console-context.ts';

/** What is done for several organizations at once. */
export interface ConsentsProps {
  template: ConnectionTemplate;
  lines: readonly ConsentOfOrganization[];
  onClose: () => void;
  /** Closes it once all was tried: the choice is spent. */
  onDone: () => void;
}

/** What became of one of many. */
export interface BatchResult {
  organizationId: string;
  done: boolean;
  problem: { code: string; message: string } | null;
}

/** So many at a time: the progress is seen, and a failure in between loses little. */
const AT_ONCE = 5;

/** Does something for many organizations in small batches, one after the other; what was done stays when one fails. */
export function useBatches<Item extends { organizationId: string }, Result extends BatchResult>(
  send: (items: Item[]) => Promise<readonly Result[]>,
) {
  const { onFailure } = useConsole();
  const client = useQueryClient();
  const [results, setResults] = useState<readonly Result[]>([]);
  const [all, setAll] = useState(0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (items: readonly Item[]): Promise<void> => {
    setBusy(true);
    setError(null);
    // What was done before stays: a link that was made is shown this once.
    let so: readonly Result[] = results.filter(({ done }) => done);
    setAll(so.length + items.length);
    setResults(so);
    try {
      for (let at = 0; at < items.length; at += AT_ONCE) {
        so = [...so, ...(await send(items.slice(at, at + AT_ONCE)))];
        setResults(so);
      }
    } catch (failure) {
      onFailure(failure);
      setError(failure);
    } finally {
      setBusy(false);
      void client.invalidateQueries();
    }
  };
  return { run, results, all, busy, error };
}
