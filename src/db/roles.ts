import { sql } from 'kysely';
import { AppError } from '../base/errors.ts';
import { API_ROLE, SERVICE_ROLE, sqlState } from './database.ts';
import type { Database } from './database.ts';

const ROLES = [SERVICE_ROLE, API_ROLE];

/** What this cluster still lacks for the connected user to work in our roles. */
export interface RoleState {
  user: string;
  missing: string[];
  /** Roles that exist and that the user cannot use: inherit from, and switch to. */
  notGranted: string[];
  /** Whether the user may make what is missing. */
  mayCreate: boolean;
}

/** Reads which roles are there. Roles belong to the whole cluster, so another installation may have made them. */
export async function readRoles(db: Database): Promise<RoleState> {
  // Since version 16 whoever makes a role may give it on, but is not by that able to use it; 'SET' is known since then.
  const { rows } = await sql<{ name: string; user: string; usable: boolean; creates: boolean }>`
    select rolname as name, current_user::text as user, false as creates,
      pg_has_role(oid, 'USAGE') and pg_has_role(oid,
        case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as usable
    from pg_roles where rolname = any(${ROLES})
    union all select '', rolname::text, rolcreaterole or rolsuper, true from pg_roles where rolname = current_user`.execute(
    db,
  );
  return {
    user: rows[0]?.user ?? '',
    missing: ROLES.filter((name) => !rows.some((row) => row.name === name)),
    notGranted: rows.filter((row) => !row.usable).map((row) => row.name),
    mayCreate: rows.some((row) => row.creates),
  };
}

/** The lines a superuser has to run for us; empty when all is there. */
export function roleLines({ user, missing, notGranted }: Omit<RoleState, 'mayCreate'>): string[] {
  const granted = ROLES.filter((name) => missing.includes(name) || notGranted.includes(name));
  return [
    ...missing.map((name) => `CREATE ROLE ${name} NOLOGIN;`),
    ...granted.map((name) => `GRANT ${name} TO "${user.replaceAll('"', '""')}";`),
  ];
}

/**
 * Makes the roles and lets the connected user work in them. Throws `database.roles`, with the lines that a superuser
 * has to run, when the user may not (no CREATEROLE, or the roles are somebody else's).
 */
export async function ensureRoles(db: Database): Promise<void> {
  const before = await readRoles(db);
  try {
    for (const name of before.missing) await tolerateRace(sql`create role ${sql.id(name)} nologin`.execute(db));
    // Also what was just made: making a role does not yet allow SET ROLE on any version.
    for (const name of [...before.missing, ...before.notGranted]) {
      await tolerateRace(sql`grant ${sql.id(name)} to current_user`.execute(db));
    }
  } catch (cause) {
    if (sqlState(cause) !== '42501') throw cause;
    const lines = roleLines(await readRoles(db)).join('\n  ');
    const detail = `The database user may not make the roles of Gatehouse. Run as a superuser of that database:\n  ${lines}`;
    throw new AppError('database.roles', { detail, cause });
  }
}

/** Another database of the cluster may be set up at this moment, and then does the same. */
async function tolerateRace(statement: Promise<unknown>): Promise<void> {
  try {
    await statement;
  } catch (error) {
    const concurrent = error instanceof Error && error.message.includes('tuple concurrently updated');
    if (!concurrent && !['23505', '42710'].includes(sqlState(error) ?? '')) throw error;
  }
}
