import pg from 'pg';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const SCHEMA = `
create table if not exists oidc_payload (
  id text not null, type text not null, payload jsonb not null,
  grant_id text, user_code text, uid text, expires_at timestamptz, consumed_at timestamptz,
  primary key (type, id));
create index if not exists oidc_payload_grant on oidc_payload (grant_id);
create index if not exists oidc_payload_uid on oidc_payload (uid);`;

interface Row {
  payload: AdapterPayload;
  expires_at: Date | null;
  consumed_at: Date | null;
}

/** Connections to a database that has the table. */
export async function openPayloadTable(databaseUrl: string, connections: number): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: connections, keepAlive: true });
  await pool.query(SCHEMA);
  return pool;
}

/**
 * The one-table adapter that most people write for oidc-provider, after the example of its documentation: everything in
 * one table as JSONB, a statement for every call. As many connections as Gatehouse takes.
 * @param prepared keeps each statement prepared on its connection, as Gatehouse does and few of these adapters
 */
export async function tableAdapter(
  databaseUrl: string,
  connections: number,
  prepared: boolean,
): Promise<AdapterFactory> {
  const pool = await openPayloadTable(databaseUrl, connections);
  const send = async (text: string, values: unknown[]): Promise<Row[]> => {
    const { rows } = await pool.query<Row>({ text, values, ...(prepared ? { name: nameOf(text) } : {}) });
    return rows;
  };
  const read = async (text: string, values: unknown[]): Promise<AdapterPayload | undefined> => {
    const rows = await send(text, values);
    const [row] = rows;
    if (row === undefined || (row.expires_at !== null && row.expires_at.getTime() < Date.now())) return undefined;
    return row.consumed_at === null ? row.payload : { ...row.payload, consumed: true };
  };
  return (type): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn ? new Date(Date.now() + expiresIn * 1000) : null;
      await send(
        `insert into oidc_payload (id, type, payload, grant_id, user_code, uid, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (type, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
           user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`,
        [id, type, payload, payload.grantId ?? null, payload.userCode ?? null, payload.uid ?? null, expiresAt],
      );
    },
    find: (id) =>
      read('select payload, expires_at, consumed_at from oidc_payload where type = $1 and id = $2', [type, id]),
    findByUid: (uid) =>
      read('select payload, expires_at, consumed_at from oidc_payload where type = $1 and uid = $2', [type, uid]),
    findByUserCode: (userCode) =>
      read('select payload, expires_at, consumed_at from oidc_payload where type = $1 and user_code = $2', [
        type,
        userCode,
      ]),
    async consume(id) {
      await send('update oidc_payload set consumed_at = now() where type = $1 and id = $2', [type, id]);
    },
    async destroy(id) {
      await send('delete from oidc_payload where type = $1 and id = $2', [type, id]);
    },
    async revokeByGrantId(grantId) {
      await send('delete from oidc_payload where grant_id = $1', [grantId]);
    },
  });
}

const names = new Map<string, string>();

/** The name a statement is prepared under: one for each text. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `statement ${names.size + 1}`;
  names.set(text, name);
  return name;
}
