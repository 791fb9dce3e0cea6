import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { OpenDatabase } from '../../src/db/open-database.ts';
import { findRoles } from '../../src/db/roles.ts';
import { API_TOKEN_PREFIX } from '../../src/callers/api-token.ts';

/** How much a database is filled with. */
export interface Amount {
  organizations: number;
  users: number;
  /** Users of the largest organization; the others share the rest. */
  largest: number;
}

/** What the measured requests need of a filled database. */
export interface Filled {
  /** API token of an administrator of the root organization. */
  token: string;
  /** As uuids: the root and the largest organization. */
  root: string;
  largest: string;
  /** A user of the largest organization, and one who administered much. */
  user: string;
  busy: string;
  /** Of a login of the largest organization. */
  reference: string;
  /** An application and a connection template of the root. */
  application: string;
  template: string;
}

/** A function of the filling connection alone: the same id (UUIDv4 in form) for the same words. */
const ID_OF = `create function pg_temp.id_of(words text) returns uuid language sql immutable parallel safe
  as $$ select overlay(overlay(md5(words) placing '4' from 13) placing '8' from 17)::uuid $$`;
const idOf = (what: string, number: string): string => `pg_temp.id_of('${what} ' || (${number}))`;
/** The organization of a number: 0 is the root, 1 the largest. */
const ORGANIZATION = (number: string): string => idOf('organization', number);
const USER = (number: string): string => idOf('user', number);

/**
 * What the statements fill, each one by one statement over a series of numbers. $o: organizations, $u: users, $l: users of
 * the largest organization. A fiftieth of the organizations manages the rest; each user has an audit event for each of its
 * logins and one besides; names repeat as those of people do.
 */
const STATEMENTS: readonly (readonly [table: string, statement: string])[] = [
  [
    'organization',
    `insert into organization (id, managing_organization_id, path, depth, name, method, created_at)
     values (${ORGANIZATION('0')}, null, '/' || ${ORGANIZATION('0')} || '/', 1, 'Northwind', 'built-in', now())`,
  ],
  [
    'organization',
    `insert into organization (id, managing_organization_id, path, depth, name, method, created_at)
     select ${ORGANIZATION('n')}, ${ORGANIZATION('0')}, '/' || ${ORGANIZATION('0')} || '/' || ${ORGANIZATION('n')} || '/', 2,
       case n when 1 then 'Contoso' else (array['Alpine','Baltic','Cedar','Delta','Eastern','Fabrikam','Granite','Harbour'])[1 + n % 8]
         || ' Partners ' || n end, 'built-in', now() - n * interval '1 minute'
     from generate_series(1, greatest($o / 50, 2)) n`,
  ],
  [
    'organization',
    `insert into organization (id, managing_organization_id, path, depth, name, method, created_at)
     select ${ORGANIZATION('n')}, above.id, above.path || ${ORGANIZATION('n')} || '/', 3,
       (array['Adventure','Blue','Coho','Fourth','Humongous','Lucerne','Margie','Proseware','Tailspin','Wingtip'])[1 + n % 10] || ' '
         || (array['Works','Yonder','Vineyard','Coffee','Insurance','Publishing','Travel'])[1 + n % 7] || ' ' || n,
       'same-as-managing', now() - n * interval '1 minute'
     from generate_series(greatest($o / 50, 2) + 1, $o) n
     join organization above on above.id = ${ORGANIZATION('2 + n % (greatest($o / 50, 2) - 1)')}`,
  ],
  [
    'organization_domain',
    `insert into organization_domain (domain, organization_id, created_at)
     select 'customer' || n || '.example', ${ORGANIZATION('n')}, now() from generate_series(1, $o) n`,
  ],
  [
    'app_user',
    `insert into app_user (id, organization_id, email, email_key, name, status, console_role, last_login_at, created_at)
     select ${USER('n')}, organization_id, email, email, first || ' ' || last,
       case when n % 50 = 0 then 'pending' when n % 997 = 0 then 'disabled' else 'verified' end,
       case when n % 400 = 3 then 'administrator' end,
       case when n % 50 <> 0 then now() - (n % 40000) * interval '1 minute' end, now() - n * interval '1 second'
     from (
       select n, ${ORGANIZATION('number')} as organization_id, first, last,
         lower(first || '.' || last) || n || '@customer' || number || '.example' as email
       from (
         select n, case when n <= $l then 1 else 2 + n % ($o - 1) end as number,
           (array['Anna','Bruno','Carla','David','Elena','Felix','Greta','Hugo','Ines','Jonas','Klara','Luis','Mara','Nils','Olga','Paul','Rosa','Sven','Tara','Yara'])[1 + n % 20]
             || (array['','lie','ta','ric','na','mar'])[1 + n / 7 % 6] as first,
           (array['Abel','Berg','Conti','Dahl','Engel','Fischer','Gruber','Hansen','Ivers','Jensen','Keller','Lang','Moser','Novak','Olsen','Peters','Quist','Richter','Sommer','Thoma','Ulrich','Vogel','Weber','Zeller'])[1 + n / 20 % 24]
             || (array['','mann','son','er','sen'])[1 + n / 480 % 5] as last
         from generate_series(1, $u) n) numbered) named`,
  ],
  [
    'session',
    `insert into session (id, cookie_hash, uid, user_id, organization_id, method, logged_in_at, last_seen_at, expires_at, idle_expires_at, payload)
     select ${idOf('session', 'n')}, decode(md5('cookie ' || n), 'hex'), 'session-' || n, id, organization_id, 'built-in',
       now(), now(), now() + interval '12 hours', now() + interval '12 hours', '{}'
     from generate_series(1, $u, 4) n join app_user on id = ${USER('n')}`,
  ],
  [
    'login',
    `insert into login (id, handle_hash, reference, client_id, organization_id, user_id, step, state, request, trace, created_at, expires_at, ended_at)
     select ${idOf('login', 'n')}, decode(md5('handle ' || n), 'hex'), upper(substr(md5('reference ' || n), 1, 8)), 'bench', organization_id, id,
       case when n % 100 = 7 then 'refused' else 'finished' end,
       jsonb_build_object('login', jsonb_build_object('email', email)), '{}',
       jsonb_build_array(jsonb_build_object('at', at, 'event', 'began')), at, at + interval '1 hour', at
     from (select n, now() - n * (interval '29 days' / $u) as at from generate_series(1, $u) n) numbered
     join app_user on id = ${USER('1 + n * 7919::bigint % $u')}`,
  ],
  [
    'audit_event',
    `insert into audit_event (id, organization_id, occurred_at, kind, actor_kind, actor_id, actor_name, user_id, details)
     select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
       organization_id, at,
       case n % 100 when 1 then 'login.refused' when 2 then 'user.role-changed' when 3 then 'user.invited' else 'login.finished' end,
       'user', case when n % 100 in (2, 3) then ${USER('3')} else id end, email, id, '{}'
     from (select n, now() - n * (interval '80 days' / (2 * $u)) as at from generate_series(1, 2 * $u) n) numbered
     join app_user on id = ${USER('1 + n * 7919::bigint % $u')}`,
  ],
  [
    'invitation',
    `insert into invitation (id, organization_id, user_id, token_hash, created_at, expires_at, accepted_at)
     select ${idOf('invitation', 'n')}, organization_id, id, decode(md5('link ' || n), 'hex'), created_at, created_at + interval '2 days',
       case when n % 50 <> 0 then created_at end
     from generate_series(1, $u, 2) n join app_user on id = ${USER('n')}`,
  ],
  [
    'mail_outbox',
    `insert into mail_outbox (id, organization_id, user_id, kind, recipient, sent_at, created_at)
     select ${idOf('mail', 'n')}, organization_id, id, 'invitation', email, now(), created_at
     from generate_series(1, $u, 10) n join app_user on id = ${USER('n')}`,
  ],
  [
    'application',
    `insert into application (id, organization_id, client_id, name, kind, redirect_uris, client_authentication, created_at)
     select ${idOf('application', 'n')}, ${ORGANIZATION('case when n % 4 = 0 then 0 else n % ($o + 1) end')}, 'application-' || n,
       (array['Reports','Payroll','Tickets','Wiki','Orders'])[1 + n % 5] || ' ' || n, 'web', array['https://app.example/callback'], 'none',
       now() - n * interval '1 minute'
     from generate_series(1, greatest($o / 10, 60)) n`,
  ],
  [
    'api_resource',
    `insert into api_resource (id, organization_id, audience, name, token_format, created_at)
     select ${idOf('resource', 'n')}, ${ORGANIZATION('0')}, 'https://api' || n || '.example', 'API ' || n, 'jwt', now()
     from generate_series(1, greatest($o / 100, 60)) n`,
  ],
  [
    'api_token',
    `insert into api_token (id, organization_id, role, token_hash, created_by, created_by_kind, created_at, expires_at)
     select ${idOf('token', 'n')}, ${ORGANIZATION('0')}, 'viewer', decode(md5('token hash ' || n), 'hex'), 'operator', 'operator',
       now() - n * interval '1 minute', now() + interval '90 days'
     from generate_series(1, greatest($o / 100, 60)) n`,
  ],
  [
    'connection_template',
    `insert into connection_template (id, organization_id, method, name, client_id, cloud, credential, created_at)
     select ${idOf('template', 'n')}, ${ORGANIZATION('0')}, 'entra-id', 'Registration ' || n, 'client-' || n, 'global', 'none', now()
     from generate_series(1, 60) n`,
  ],
  [
    'connection',
    `insert into connection (id, organization_id, method, state, client_id, issuer, credential,
       flow, redirect_uri, configured_at, confirmed_at, settings, credential_expires_at)
     select ${idOf('connection', 'n')}, ${ORGANIZATION('n')}, 'openid-connect', 'active', 'client', 'https://login' || n || '.example', 'certificate',
       'code', 'https://gatehouse.example/login/callback', now(), now(), '{"method":"openid-connect"}', now() + n % 400 * interval '1 day'
     from generate_series(2, $o, 3) n`,
  ],
  [
    'setup_invitation',
    `insert into setup_invitation (id, organization_id, email, token_hash, invited_by_name, created_at, expires_at)
     select ${idOf('setup', 'n')}, ${ORGANIZATION('0')}, 'admin' || n || '@customer' || n || '.example', decode(md5('setup link ' || n), 'hex'), 'Operator',
       now() - n * interval '1 minute', now() + interval '7 days'
     from generate_series(1, greatest($o / 100, 60)) n`,
  ],
];

/** Fills a migrated, empty database in one transaction, without its triggers; says how long each table took. */
export async function fill(
  database: OpenDatabase,
  amount: Amount,
  said: (line: string) => void,
  signal: AbortSignal,
): Promise<Filled> {
  const roles = await findRoles(database.db);
  if (roles === undefined) throw new Error('the database is not migrated');
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  const token = API_TOKEN_PREFIX + randomBytes(32).toString('base64url');
  try {
    await client.query(`begin; set local synchronous_commit = off; set local work_mem = '256MB'; ${ID_OF}`);
    for (const table of new Set(STATEMENTS.map(([name]) => name))) {
      await client.query(`set local role ${roles.owner}; alter table ${table} disable trigger user`);
    }
    for (const [table, statement] of STATEMENTS) {
      signal.throwIfAborted();
      const began = performance.now();
      await client.query(`set local role ${roles.service}`);
      const { organizations, users, largest } = amount;
      const numbers = { $o: organizations, $u: users, $l: largest };
      const { rowCount } = await client.query(
        statement.replaceAll(/\$[oul]\b/g, (name) => String(numbers[name as '$o'])),
      );
      said(`${table}: ${rowCount} rows in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    }
    await client.query(
      `insert into api_token (id, organization_id, role, token_hash, created_by, created_by_kind, created_at, expires_at)
       values (gen_random_uuid(), ${ORGANIZATION('0')}, 'administrator', $1, 'bench', 'operator', now(), now() + interval '90 days')`,
      [createHash('sha256').update(token).digest()],
    );
    const { rows } = await client.query<Omit<Filled, 'token'>>(
      `select ${ORGANIZATION('0')} as root, ${ORGANIZATION('1')} as largest, ${USER('77')} as user, ${USER('3')} as busy,
         (select reference from login where organization_id = ${ORGANIZATION('1')} limit 1) as reference,
         ${idOf('application', '4')} as application, ${idOf('template', '7')} as template`,
    );
    const [found] = rows;
    if (found === undefined) throw new Error('the query returned no row');
    said('what people and organizations are found by, and counts …');
    await client.query(
      `set local role ${roles.owner}; call gatehouse_fill_organization_terms(); call gatehouse_fill_counts(); call gatehouse_fill_user_terms()`,
    );
    signal.throwIfAborted();
    for (const table of new Set(STATEMENTS.map(([name]) => name))) {
      await client.query(`alter table ${table} enable trigger user`);
    }
    await client.query('commit');
    said('vacuum analyze …');
    await client.query('vacuum analyze');
    return { token, ...found };
  } finally {
    await client.end();
  }
}
