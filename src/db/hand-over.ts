import { sql } from 'kysely';
import { AppError } from '../base/errors.ts';
import type { Database, Transaction } from './database.ts';
import type { DatabaseRoles } from './roles.ts';

/** What the user that migrates made before there was an owner role, and what it makes before each migration. */
const TABLES = [
  'installation',
  'schema_migration',
  'organization',
  'organization_domain',
  'audit_event',
  'mail_outbox',
  'idempotency_key',
  'rate_limit',
  'signing_key',
  'app_user',
  'setup_link',
  'invitation',
  'authenticator',
  'reset_link',
  'recovery_code',
  'api_token',
  'connection',
  'connection_transaction',
  'identity',
  'application',
  'application_access',
  'application_consent',
  'user_application_role',
  'session',
  'login',
  'job',
  'oidc_code',
  'oidc_access_token',
  'oidc_refresh_token',
  'oidc_record',
];
const FUNCTIONS = ['gatehouse_guard', 'gatehouse_keep_partitions'];

/**
 * Gives the owner role what is ours and not yet its own, and the right to make more in our schema; lets nobody but our
 * roles connect. Other people's tables in the same schema are left alone.
 */
export async function handOver(tx: Transaction, roles: DatabaseRoles): Promise<void> {
  const statements = [
    ...(await schemaGrants(tx, roles)),
    ...(await readGrants(tx, roles)),
    ...(await ownerChanges(tx, roles)),
    ...(await connectRights(tx, roles)),
  ];
  for (const statement of statements) await sql.raw(statement).execute(tx);
}

interface SchemaRights {
  schema: string;
  user: string;
  mayMake: boolean;
  mayGive: boolean;
}

/** Without a schema in the user's `search_path` there is no row: `migrate` then says so itself. */
async function schemaRights(db: Database): Promise<SchemaRights | undefined> {
  const { rows } = await sql<SchemaRights>`
    select format('%I', current_schema()) as schema, format('%I', current_user) as user,
      has_schema_privilege(current_schema(), 'CREATE') and has_schema_privilege(current_schema(), 'USAGE') as "mayMake",
      has_schema_privilege(current_schema(), 'CREATE WITH GRANT OPTION')
        and has_schema_privilege(current_schema(), 'USAGE WITH GRANT OPTION') as "mayGive"
    where current_schema() is not null`.execute(db);
  return rows[0];
}

/**
 * Whether the user that migrates may make tables in our schema: since PostgreSQL 15 only the owner of the database may in
 * `public`. Throws `database.roles` with the line that makes it so.
 */
export async function requireMakingTables(db: Database): Promise<void> {
  const rights = await schemaRights(db);
  if (rights === undefined || rights.mayMake) return;
  const { schema, user } = rights;
  throw new AppError('database.roles', {
    detail: `The database user may not make tables in the schema ${schema}. Run as the owner of that database, or make this user its owner:\n  GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${user} WITH GRANT OPTION;`,
  });
}

/**
 * Whether our roles may use the schema, or the user that migrates may let them: a GRANT of what one may not give is but a
 * warning to PostgreSQL. Throws `database.roles` with the lines that make it so.
 */
export async function requireGivingSchema(db: Database, roles: DatabaseRoles): Promise<void> {
  const lines = await schemaGrants(db, roles);
  if (lines.length === 0 || (await schemaRights(db))?.mayGive !== false) return;
  throw new AppError('database.roles', {
    detail: `The database user may not let the roles of Gatehouse use its schema. Run as the owner of that schema:\n  ${lines.map((line) => `${line};`).join('\n  ')}`,
  });
}

/** What all migrations suppose of the schema. */
async function schemaGrants(db: Database, roles: DatabaseRoles): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`
    select format('GRANT %s ON SCHEMA %I TO %I', wanted.privilege, current_schema(), wanted.role) as statement
    from (values (${roles.owner}, 'USAGE'), (${roles.owner}, 'CREATE'), (${roles.service}, 'USAGE'),
      (${roles.api}, 'USAGE')) as wanted (role, privilege)
    where not has_schema_privilege(wanted.role, current_schema(), wanted.privilege)`.execute(db);
  return rows.map(({ statement }) => statement);
}

/** The tables from before the first migration: the service reads them at each start. */
async function readGrants(tx: Transaction, roles: DatabaseRoles): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`
    select format('grant select on %s to %I', c.oid::regclass, ${roles.service}::text) as statement
    from pg_class c where c.relnamespace = current_schema()::regnamespace
      and c.relname in ('installation', 'schema_migration')
      and not has_table_privilege(${roles.service}, c.oid, 'SELECT')`.execute(tx);
  return rows.map(({ statement }) => statement);
}

async function ownerChanges(tx: Transaction, roles: DatabaseRoles): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`
    with ours as (
      select c.oid from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relname = any(${TABLES})
    )
    select format('alter table %s owner to %I', c.oid::regclass, ${roles.owner}::text) as statement
    from pg_class c
    where c.relkind in ('r', 'p') and pg_get_userbyid(c.relowner) <> ${roles.owner}
      and (c.oid in (select oid from ours)
        or c.oid in (select inhrelid from pg_inherits where inhparent in (select oid from ours)))
    union all
    select format('alter routine %s owner to %I', p.oid::regprocedure, ${roles.owner}::text)
    from pg_proc p
    where p.pronamespace = current_schema()::regnamespace and p.proname = any(${FUNCTIONS})
      and pg_get_userbyid(p.proowner) <> ${roles.owner}`.execute(tx);
  return rows.map(({ statement }) => statement);
}

/** The service tries whether it can write in a temporary table (readiness). Without the revoke the user of any other database of the cluster may connect, and find what is granted to everybody. */
async function connectRights(tx: Transaction, roles: DatabaseRoles): Promise<string[]> {
  const { rows } = await sql<{ name: string; ours: boolean; open: boolean; granted: boolean }>`
    select format('%I', datname) as name, pg_has_role(datdba, 'USAGE') as ours,
      has_database_privilege(${roles.service}, oid, 'CONNECT') as granted,
      exists (select from aclexplode(coalesce(datacl, acldefault('d', datdba))) as acl
        where acl.grantee = 0) as open
    from pg_database where datname = current_database()`.execute(tx);
  const [database] = rows;
  if (database === undefined || !database.ours || !database.open) return [];
  return [
    `grant connect, temporary on database ${database.name} to ${roles.service}`,
    `revoke all on database ${database.name} from public`,
  ];
}
