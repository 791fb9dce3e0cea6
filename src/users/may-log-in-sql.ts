import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { isSuspended } from '../organizations/suspended-sql.ts';

/**
 * {@link file://./may-log-in.ts mayLogIn} in SQL.
 * @param user the alias of `app_user`
 * @param path SQL for the path of the user's organization
 * @param now the time, or SQL for it
 */
export function mayLogInSql(
  user: string,
  path: RawBuilder<unknown>,
  now: Date | RawBuilder<unknown>,
): RawBuilder<boolean> {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${user}.${name}`);
  return sql<boolean>`(${column('status')} <> 'disabled'
    and (${column('access_until')} is null or ${column('access_until')} > ${now}) and not ${isSuspended(path)})`;
}
