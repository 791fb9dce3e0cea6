import { setTimeout } from 'node:timers/promises';

/** The token of services whose metrics are read. */
export const METRICS_TOKEN = 'a-token-of-the-tests-alone';

/** The series of an exposition, as `name{label="value"}`, with their values. */
export function readSeries(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Scrapes `/metrics` at an address. */
export async function scrape(url: string): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the scrape was answered ${answer.status}: ${text}`);
  return readSeries(text);
}

/** Scrapes once everything in the database can be read: at a start jobs fill the pool for a moment, and facts are absent meanwhile. */
export async function scrapeAll(url: string): Promise<Map<string, number>> {
  for (;;) {
    const series = await scrape(url);
    const read = (name: string): boolean => series.get(`gatehouse_reading_success{reading="${name}"}`) === 1;
    if (['jobs', 'database', 'secrets'].every(read)) return series;
    await setTimeout(100);
  }
}

/** The names of metrics among the series: of a histogram without `_bucket`, `_sum` and `_count`. */
export function namesIn(series: ReadonlyMap<string, number>): Set<string> {
  return new Set([...series.keys()].map((key) => key.replace(/\{.*/, '')));
}
