import { at, fixed, middle, ratio, table, together } from './figures.ts';
import { median, type Measured, type Measurement } from './measure.ts';

/** How names of builds of another checkout begin. */
export const BEFORE = 'Gatehouse before';

/**
 * How this build stands to the one before, when both were measured: for each load the processor time of both and the
 * middle of the ratios round by round, each round of the two being neighbours in time.
 */
export function againstBefore(measured: readonly Measured[], concurrencies: readonly number[]): string {
  const [own] = measured;
  const before = measured.find(({ name }) => name.startsWith(BEFORE));
  if (own === undefined || before === undefined) return '';
  const rows = (['silent', 'federated'] as const).flatMap((flow) =>
    concurrencies.map((concurrency) => {
      const [now, then] = [at(own[flow], concurrency), at(before[flow], concurrency)];
      return [
        `${flow} login, ${concurrency} at once`,
        ...PARTS.flatMap(([, read]) => [fixed(middle(then, read)), fixed(middle(now, read)), paired(now, then, read)]),
      ];
    }),
  );
  const head = PARTS.flatMap(([name]) => [`${name} µs before`, 'now', '']);
  return `## Against the build before

${before.name}, in the same rounds; the ratio is the middle of those round by round.

${table(['', ...head], rows)}

`;
}

const PARTS: readonly (readonly [string, (run: Measurement) => number | undefined])[] = [
  ['server', (run) => run.serverCpu],
  ['PostgreSQL', (run) => run.databaseCpu],
  ['together', together],
];

function paired(
  now: readonly Measurement[],
  then: readonly Measurement[],
  read: (run: Measurement) => number | undefined,
): string {
  const ratios = now.map((run, round) => {
    const [one, other] = [read(run), then[round] && read(then[round])];
    return one === undefined || other === undefined ? undefined : one / other;
  });
  return ratio(median(ratios), 1);
}
