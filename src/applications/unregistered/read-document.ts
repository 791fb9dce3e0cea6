import { readClientDocument, readDocumentUrl } from './client-document.ts';
import type { ClientDocument } from './client-document.ts';
import { MINUTE } from '../../base/clock.ts';
import type { Clock, Seconds } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { FetchRefused } from '../../connectors/outgoing/fetch-refused.ts';
import type { FetchLimits, GuardedFetch } from '../../connectors/outgoing/guarded-fetch.ts';

/** Whoever may open the authorization endpoint makes us read, so each reading costs little. */
const LIMITS: FetchLimits = { deadlineMs: 3000, bodyBytes: 16 * 1024 };
/** A document is read again after so long, whatever its Cache-Control says beyond that. */
const FRESH: { least: Seconds; most: Seconds } = { least: MINUTE, most: 60 * MINUTE };
/** Documents kept. */
const MOST_KEPT = 200;
/** Readings for strangers that run at the same time; at one host half of the connections there may be to it. */
const AT_ONCE = { all: 8, host: 4 } as const;
/** Readings a minute: of one URL, one host, one network, and in all. */
const A_MINUTE = { url: 6, host: 12, network: 20, all: 60 } as const;

/** Reads the documents of applications that nobody registered. */
export interface DocumentReader {
  /**
   * The document of a client ID, kept for some minutes. A refusal is never kept (section 4.3 of the draft), but how often is read
   * is bounded.
   * @param by `network`: who makes us read, as a name; `isKnown`: people of an organization have allowed the application
   *   something, or somebody who is logged in is asked to, so it is not held to what strangers leave
   * @throws client-document.address, client-document.unreachable, client-document.too-many, and what
   *   {@link readClientDocument} throws
   */
  read(clientId: string, by: { network: string | null; isKnown: boolean }): Promise<ClientDocument>;
}

/** One for each server process. */
export function createDocumentReader(deps: { clock: Clock; fetch: GuardedFetch }): DocumentReader {
  const kept = new Map<string, { document: ClientDocument; until: number }>();
  const running = new Map<string, Promise<ClientDocument>>();
  const millis = (): number => deps.clock.now().getTime();
  const counted = createCounter(millis);
  /** Hosts at which is read for strangers, once for each reading. */
  const forStrangers: string[] = [];

  const readAfresh = async (url: URL): Promise<ClientDocument> => {
    const answer = await fetchDocument(deps.fetch, url);
    const document = readClientDocument(url, await answer.text());
    kept.delete(url.href);
    kept.set(url.href, { document, until: millis() + freshFor(answer.headers.get('cache-control')) * 1000 });
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    return document;
  };

  return {
    async read(clientId, { network, isKnown }) {
      const url = readDocumentUrl(clientId);
      const known = kept.get(clientId);
      if (known !== undefined && millis() < known.until) return known.document;
      const shared = running.get(clientId);
      if (shared !== undefined) return shared;
      const bounds: [string, number][] = [
        [`url ${clientId}`, A_MINUTE.url],
        ...(isKnown
          ? []
          : ([
              [`host ${url.host}`, A_MINUTE.host],
              [`network ${network ?? ''}`, A_MINUTE.network],
              ['all', A_MINUTE.all],
            ] as [string, number][])),
      ];
      const isBusy = !isKnown && fills(forStrangers, url.host);
      if (isBusy || !counted(bounds)) throw new AppError('client-document.too-many');
      if (!isKnown) forStrangers.push(url.host);
      const reading = readAfresh(url).finally(() => {
        running.delete(clientId);
        if (!isKnown) forStrangers.splice(forStrangers.indexOf(url.host), 1);
      });
      running.set(clientId, reading);
      return reading;
    },
  };
}

/** Whether one more reading at `host` would be too many at once. Else those that never end would keep out those people use. */
function fills(hosts: readonly string[], host: string): boolean {
  return hosts.length >= AT_ONCE.all || hosts.filter((one) => one === host).length >= AT_ONCE.host;
}

async function fetchDocument(fetch: GuardedFetch, url: URL): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, {}, LIMITS);
  } catch (error) {
    if (!(error instanceof FetchRefused)) throw error;
    // One answer for all of them: a stranger who names addresses must not learn which of them answer.
    throw new AppError('client-document.unreachable', { detail: error.message });
  }
  if (answer.status !== 200) throw new AppError('client-document.unreachable', { detail: `status ${answer.status}` });
  return answer;
}

function freshFor(cacheControl: string | null): Seconds {
  const said = Number(/(?:^|[,\s])max-age=(\d{1,9})/i.exec(cacheControl ?? '')?.[1] ?? 0);
  return Math.min(FRESH.most, Math.max(FRESH.least, said));
}

/** Counts in windows of a minute, all of them begun anew together: what it remembers is bounded by what it lets pass. */
function createCounter(millis: () => number): (bounds: [name: string, most: number][]) => boolean {
  let began = 0;
  let counts = new Map<string, number>();
  return (bounds) => {
    if (millis() - began >= MINUTE * 1000) [began, counts] = [millis(), new Map()];
    if (bounds.some(([name, most]) => (counts.get(name) ?? 0) >= most)) return false;
    for (const [name] of bounds) counts.set(name, (counts.get(name) ?? 0) + 1);
    return true;
  };
}
