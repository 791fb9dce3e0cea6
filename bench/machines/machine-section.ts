import { at, fixed, middle, ratio, table, together } from '../figures.ts';
import { median, type Measurement } from '../measure.ts';
import { MACHINE_FLOWS, type MeasuredMachines } from './machine-rounds.ts';

/**
 * Machine tokens and device polls as a part of the page: for each the medians of the rounds, and the middle of the ratios
 * round by round, each round of two being neighbours in time.
 * @param measured Gatehouse first, then what it is compared with
 * @param about the run: seconds of each round, and the commit that was measured
 */
export function machineSection(
  measured: readonly MeasuredMachines[],
  about: { concurrencies: readonly number[]; rounds: number; seconds: number; commit: string },
): string {
  const { concurrencies } = about;
  const [own, ...rivals] = measured;
  if (own === undefined) throw new Error('nothing was measured');
  const head = ['at once', 'per second', 'p50 ms', 'errors', 'server µs', 'PostgreSQL µs', 'together'];
  const rows = MACHINE_FLOWS.flatMap((flow) =>
    concurrencies.flatMap((concurrency) =>
      measured.map((one) => {
        const runs = at(one.runs[flow], concurrency);
        return [
          `${flow}: ${one.name}`,
          String(concurrency),
          fixed(middle(runs, (run) => run.perSecond)),
          fixed(
            middle(runs, (run) => run.p50),
            1,
          ),
          String(runs.reduce((sum, run) => sum + run.errors, 0)),
          fixed(middle(runs, (run) => run.serverCpu)),
          fixed(middle(runs, (run) => run.databaseCpu)),
          fixed(middle(runs, together)),
        ];
      }),
    ),
  );
  const ratios = MACHINE_FLOWS.flatMap((flow) =>
    concurrencies.flatMap((concurrency) =>
      rivals.map((other) => {
        const each = inTurns(at(own.runs[flow], concurrency), at(other.runs[flow], concurrency));
        return [
          `${flow}, ${concurrency} at once, to ${other.name}`,
          each.map((one) => fixed(one, 2)).join(' '),
          ratio(median(each), 1),
        ];
      }),
    ),
  );
  const sent = MACHINE_FLOWS.flatMap((flow) =>
    measured.map((one) => {
      const counted = one.sent[flow];
      return [
        `${flow}: ${one.name}`,
        fixed(counted?.statements, 1),
        fixed(counted?.commits, 1),
        fixed(counted?.roundTrips, 1),
      ];
    }),
  );
  return `## Machines and devices

*Machine token*: an application asks for an access token of its own for one API (client credentials), a JWT by ES256. *Device
poll*: a device asks whether somebody has confirmed its code (RFC 8628), and nobody has. Both are one request. Compared with
oidc-provider on one table whose statements are prepared, as Gatehouse's are: once with its applications in its settings,
where it reads nothing to know them, and once with applications that are registered at run time, in the table. Gatehouse
also asks on each request whether the application may have the token now, and holds a device to its interval (3.5), for
which each poll is noted: the library alone does neither. ${about.rounds} rounds of ${about.seconds} seconds each, commit ${about.commit}.

${table(['', ...head], rows)}

Processor time of Gatehouse to that of the other, server and PostgreSQL together, round by round, and the middle:

${table(['', 'rounds', 'middle'], ratios)}

${table(['for each', 'statements', 'commits', 'round trips to PostgreSQL'], sent)}

The aim was half of the one-table adapter's processor time. **It is not reached, and with this library it cannot be**: a
signed access token is stored nowhere, so with its applications in its settings the adapter sends nothing at all for one,
and what remains, the library and the signature, is alone more than half of what it takes with registered applications. So
it is with a poll and its one look-up by key. Gatehouse spends the same, and on top of it: reading what the application may
have now (never cached, so that what is taken away is gone at once), noting each poll (a commit that waits for no disk), and
HTTP with its limits and a line of log for each request, by the profile a fifth of the server's time.

`;
}

function inTurns(own: readonly Measurement[], other: readonly Measurement[]): (number | undefined)[] {
  return own.map((run, round) => {
    const beside = other[round];
    const [one, two] = [together(run), beside && together(beside)];
    return one === undefined || two === undefined ? undefined : one / two;
  });
}
