import { sql } from 'kysely';
import { isInside } from './database.ts';
import type { Database } from './database.ts';
import { sqlState } from '../base/database-failure.ts';
import { AppError } from '../base/errors.ts';
import { randomUuid } from '../base/random.ts';
import { hasOwnTable } from './migrating/free-names.ts';

/**
 * The three roles of a database. Role names belong to the whole cluster, so each database has its own: their suffix is
 * kept in its table `installation`.
 */
export interface DatabaseRoles {
  /** Owns tables and functions; entered by migrations alone. */
  owner: string;
  /** Logins, OpenID Provider, jobs: owns nothing, may only select and insert audit events. */
  service: string;
  /** The administrators' API: row-level security by the caller's organization path. */
  api: string;
}

/** What this cluster still lacks for us to work in our roles. */
export interface RoleState {
  roles: DatabaseRoles;
  /** Major version of the server. */
  version: number;
  /** The user that migrates, and the one that the pool connects as; often the same. */
  users: RoleUsers;
  missing: string[];
  /** Memberships that are not there or cannot be used: inherit from, and switch to. */
  notGranted: { role: string; to: string }[];
  /** Roles that may not use the schema of our tables. */
  withoutSchema: { role: string; schema: string }[];
  /** Whether the migrating user may make what is missing. */
  mayCreate: boolean;
  /** Others who can enter one of our roles. */
  strangers: { role: string; member: string }[];
  /** Whether the pool's user can become the owner of the tables, which then are protected by the role it enters alone. */
  poolMayOwn: boolean;
}

export interface RoleUsers {
  migrating: string;
  pool: string;
}

/** The names for a suffix. */
export function rolesWith(suffix: string): DatabaseRoles {
  return {
    owner: `gatehouse_owner_${suffix}`,
    service: `gatehouse_service_${suffix}`,
    api: `gatehouse_api_${suffix}`,
  };
}

/** The roles of a database, undefined before its first migration. */
export async function findRoles(db: Database): Promise<DatabaseRoles | undefined> {
  if (!(await hasOwnTable(db, 'installation'))) return undefined;
  const kept = await sql<{ suffix: string }>`select role_suffix as suffix from installation`.execute(db);
  return kept.rows[0] === undefined ? undefined : rolesWith(kept.rows[0].suffix);
}

const INSTALLATION = `
create table if not exists installation (
  one boolean primary key default true check (one),
  role_suffix text not null check (role_suffix ~ '^[0-9a-f]{8}$')
);
comment on table installation is 'What belongs to this database alone; one row.';
comment on column installation.one is 'Always true: there is one row.';
comment on column installation.role_suffix is 'Ends the names of this database''s roles: role names are shared by all databases of a cluster.';
`;

/** As {@link findRoles}; chooses the names where there are none yet. Of several servers at once one chooses. */
export async function chooseRoles(db: Database): Promise<DatabaseRoles> {
  const known = await findRoles(db);
  if (known !== undefined) return known;
  await tolerateRace(sql.raw(INSTALLATION).execute(db));
  await sql`insert into installation (role_suffix) values (${randomUuid().slice(0, 8)}) on conflict do nothing`.execute(
    db,
  );
  return (await findRoles(db)) ?? unreachable();
}

/** Reads which roles and memberships are there, and whether the roles may use the schema of our tables, where it is named. */
export async function readRoles(
  db: Database,
  roles: DatabaseRoles,
  users: RoleUsers,
  schema?: string,
): Promise<RoleState> {
  const wanted = membershipsOf(roles, users);
  const names = Object.values(roles);
  const { rows: known } = await sql<{ name: string }>`
    select rolname as name from pg_roles where rolname = any(${names})`.execute(db);
  const missing = names.filter((name) => !known.some((row) => row.name === name));
  // Since version 16 whoever makes a role may give it on, but is not by that able to use it; 'SET' is known since then.
  const { rows: granted } = await sql<{ role: string; to: string }>`
    select r.rolname as role, u.rolname as to from pg_roles r cross join pg_roles u
    where r.rolname = any(${names}) and pg_has_role(u.oid, r.oid, 'USAGE') and pg_has_role(u.oid, r.oid,
      case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end)
    and u.rolname = any(${wanted.map(({ to }) => to)})`.execute(db);
  const has = (role: string, to: string): boolean => granted.some((row) => row.role === role && row.to === to);
  const { rows: members } = await sql<{ role: string; member: string }>`
    select r.rolname as role, m.rolname as member from pg_auth_members a
    join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
    where r.rolname = any(${names}) and m.rolname <> all(${[...names, users.migrating, users.pool]})
    group by 1, 2 order by 1, 2`.execute(db);
  const { rows: withoutSchema } = await sql<{ role: string; schema: string }>`
    select r.rolname as role, n.nspname as schema from pg_roles r join pg_namespace n on n.nspname = ${schema ?? null}
    where r.rolname = any(${[roles.service, roles.api]}) and not has_schema_privilege(r.oid, n.oid, 'USAGE')`.execute(
    db,
  );
  const { rows: creates } = await sql<{ creates: boolean; version: number }>`
    select rolcreaterole or rolsuper as creates, current_setting('server_version_num')::int / 10000 as version
    from pg_roles where rolname = ${users.migrating}`.execute(db);
  return {
    roles,
    version: creates[0]?.version ?? 0,
    users,
    missing,
    notGranted: wanted.filter(({ role, to }) => !has(role, to)),
    withoutSchema,
    mayCreate: creates[0]?.creates === true,
    strangers: members,
    poolMayOwn: users.pool === users.migrating || has(roles.owner, users.pool),
  };
}

/** The owner is under row-level security, too: what a migration changes it may change as the service. */
function membershipsOf(roles: DatabaseRoles, users: RoleUsers): { role: string; to: string }[] {
  return [
    { role: roles.owner, to: users.migrating },
    { role: roles.service, to: roles.owner },
    { role: roles.service, to: users.pool },
    { role: roles.api, to: users.pool },
  ];
}

/**
 * The lines a superuser has to run for us; empty when all is there. Since version 16 a membership says by itself whether it
 * may be used (`WITH SET FALSE`), and granting it again without a word leaves that as it is.
 */
export function roleLines({
  missing,
  notGranted,
  withoutSchema,
  version,
}: Pick<RoleState, 'missing' | 'notGranted' | 'withoutSchema' | 'version'>): string[] {
  const usable = version >= 16 ? ' WITH INHERIT TRUE, SET TRUE' : '';
  return [
    ...missing.map((name) => `CREATE ROLE ${name} NOLOGIN;`),
    ...notGranted.map(({ role, to }) => `GRANT ${role} TO ${quoted(to)}${usable};`),
    ...withoutSchema.map(({ role, schema }) => `GRANT USAGE ON SCHEMA ${quoted(schema)} TO ${role};`),
  ];
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Makes the roles and lets the users work in them. Throws `database.roles`, with the lines that a superuser has to run,
 * when the migrating user may not (no CREATEROLE).
 */
export async function ensureRoles(db: Database, roles: DatabaseRoles, users: RoleUsers): Promise<void> {
  if (isInside({ db }))
    throw new Error('ensureRoles must run outside of a transaction: a role that exists would abort it');
  const before = await readRoles(db, roles, users);
  const lines = roleLines(before);
  try {
    for (const line of lines) await tolerateRace(sql.raw(line).execute(db));
  } catch (cause) {
    if (sqlState(cause) !== '42501') throw cause;
    throw mayNotMakeRoles(roleLines(await readRoles(db, roles, users)), cause);
  }
}

/** The refusal where the migrating user may not make or grant the roles. */
export function mayNotMakeRoles(lines: readonly string[], cause: unknown): AppError {
  const detail = `The database user may not make the roles of Gatehouse. Run as a superuser of that database:\n  ${lines.join('\n  ')}`;
  return new AppError('database.roles', { detail, cause });
}

/** Another server may do the same at this moment. */
async function tolerateRace(statement: Promise<unknown>): Promise<void> {
  try {
    await statement;
  } catch (error) {
    const concurrent = error instanceof Error && error.message.includes('tuple concurrently updated');
    if (!concurrent && !['23505', '42710', '42P07'].includes(sqlState(error) ?? '')) throw error;
  }
}

function unreachable(): never {
  throw new Error('the table installation has no role suffix, although it was just written');
}
