/**
 * Load and start-up, measured: `npm run bench` starts everything itself and writes docs/performance.md. With --issuer it
 * loads any OpenID Provider on the command line instead:
 *
 *   npm run bench -- --issuer https://login.example --client reports --secret … --cookie 'session=…'
 *
 *   --redirect URI      a registered redirect URI; nothing needs to listen there
 *   --scope TEXT        default "openid profile email"
 *   --cookie HEADER     of a live session, repeatable: each worker takes one
 *   --login FILE        how to log in (JSON, see load/planned-login.ts); also measured, and opens sessions
 *   --at 1,16,64        how many flows at once
 *   --seconds N         of each run, default 4, and 2 with --rivals
 *   --rounds N          of the comparison, default 3, and 9 with --rivals
 *   --server-pid N --database-pid N   whose processor time is read (Linux, this machine)
 *   --against FOLDER    another built checkout (git worktree, npm ci, npm run build), measured in the same rounds;
 *                       with --rivals it stands for the first version, which is else taken from the history and built
 *   --builds-only       with --against: these two alone, and print how they stand to each other
 *   --rivals            instead: everybody else's implementations beside this one, in one run; writes its section of the page
 *   --only FLOW,…       with --rivals: these flows alone (silent, silent-rs256, refresh, userinfo, introspection, federated,
 *                       password), printed; --among RIVAL,… likewise (gatehouse, before, prepared, keycloak, …)
 *   --aims              with --rivals: only what an aim compares, printed: for a second run
   --profile           with --rivals: also where this build's server spends its time, by layer
 *   --machines          instead: machine tokens and device polls alone, printed
 *   --cores             instead: one process beside two workers and two servers; writes docs/reference/cores.md
 *   --inputs            instead: how long one request can hold the process, with the largest inputs it takes
 *   --print             print the page instead of writing it
 */
import { parseArgs } from 'node:util';
import { runBeside } from './beside/beside.ts';
import { compare } from './comparison.ts';
import { measureCores } from './cores/cores.ts';
import { measureLargestInputs } from './largest-inputs.ts';
import { measureIssuer } from './one-issuer.ts';

const { values } = parseArgs({
  options: {
    issuer: { type: 'string' },
    client: { type: 'string', default: 'bench' },
    secret: { type: 'string', default: '' },
    redirect: { type: 'string', default: 'http://127.0.0.1:9/callback' },
    scope: { type: 'string', default: 'openid profile email' },
    cookie: { type: 'string', multiple: true, default: [] },
    login: { type: 'string' },
    at: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    rivals: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    aims: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    among: { type: 'string', default: '' },
    'server-pid': { type: 'string' },
    'database-pid': { type: 'string' },
    print: { type: 'boolean', default: false },
    against: { type: 'string' },
    'builds-only': { type: 'boolean', default: false },
    machines: { type: 'boolean', default: false },
    cores: { type: 'boolean', default: false },
    inputs: { type: 'boolean', default: false },
  },
});
const whole = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
const concurrenciesOf = (text: string): number[] => text.split(',').map(Number);
const listOf = (text: string): string[] => text.split(',').filter((name) => name !== '');
const concurrencies = concurrenciesOf(values.at ?? '1,16,64');
const seconds = Number(values.seconds ?? (values.rivals ? 2 : 4));
if (values.inputs) await measureLargestInputs();
else if (values.cores) await measureCores({ seconds, rounds: Number(values.rounds ?? 5), print: values.print });
else if (values.rivals) {
  await runBeside({
    only: listOf(values.only),
    among: listOf(values.among),
    concurrencies: values.at === undefined ? undefined : concurrencies,
    seconds,
    rounds: Number(values.rounds ?? 9),
    aimsOnly: values.aims,
    against: values.against,
    print: values.print,
    profile: values.profile,
  });
} else if (values.issuer === undefined) {
  await compare({
    concurrencies,
    seconds,
    rounds: Number(values.rounds ?? 3),
    print: values.print,
    against: values.against,
    buildsOnly: values['builds-only'],
    machinesOnly: values.machines,
  });
} else {
  await measureIssuer({
    issuer: values.issuer,
    client: values.client,
    secret: values.secret,
    redirectUri: values.redirect,
    scope: values.scope,
    cookies: values.cookie,
    plan: values.login,
    concurrencies,
    seconds,
    serverPid: whole(values['server-pid']),
    databasePid: whole(values['database-pid']),
  });
}
