import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import { openPayloadTable } from './table-adapter.ts';

interface Found {
  at: string;
  payload: AdapterPayload;
  expires_at: Date | null;
  consumed_at: Date | null;
}

interface Written {
  id: string;
  type: string;
  payload: AdapterPayload;
  expiresAt: Date | null;
}

/** Reads in flight at once, and writes: the next ones wait and are sent together. */
const READS_AT_ONCE = 2;
const WRITES_AT_ONCE = 1;
const MOST_IN_ONE = 200;

const FIND = `select asked.at::text as at, row.payload, row.expires_at, row.consumed_at
  from unnest($1::text[], $2::text[]) with ordinality as asked (type, id, at)
  join oidc_payload row on row.type = asked.type and row.id = asked.id`;
const FIND_BY_UID = `select asked.at::text as at, row.payload, row.expires_at, row.consumed_at
  from unnest($1::text[], $2::text[]) with ordinality as asked (type, uid, at)
  join oidc_payload row on row.type = asked.type and row.uid = asked.uid`;
const UPSERT = `insert into oidc_payload (id, type, payload, grant_id, uid, expires_at)
  select * from unnest($1::text[], $2::text[], $3::jsonb[], $4::text[], $5::text[], $6::timestamptz[])
  on conflict (type, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
    uid = excluded.uid, expires_at = excluded.expires_at`;

/**
 * The one-table adapter with statements that concurrent requests share: whatever waits for a look-up goes into one
 * `unnest`, and so does whatever waits to be written. Without the device flow, which looks up by user code.
 */
export async function batchingAdapter(databaseUrl: string, connections: number): Promise<AdapterFactory> {
  const pool = await openPayloadTable(databaseUrl, connections);
  const finding = (name: string, text: string) =>
    batched<{ type: string; key: string }, AdapterPayload | undefined>(READS_AT_ONCE, async (asked) => {
      const values = [asked.map(({ type }) => type), asked.map(({ key }) => key)];
      const { rows } = await pool.query<Found>({ name, text, values });
      const byPlace = new Map(rows.map((row) => [Number(row.at) - 1, row]));
      return asked.map((_, place) => alive(byPlace.get(place)));
    });
  const find = finding('find', FIND);
  const findByUid = finding('find by uid', FIND_BY_UID);
  const upsert = batched<Written, void>(WRITES_AT_ONCE, async (written) => {
    // One statement may touch a row once: of two writes of the same the later holds.
    const last = [...new Map(written.map((row) => [`${row.type} ${row.id}`, row])).values()];
    await pool.query({
      name: 'upsert',
      text: UPSERT,
      values: [
        last.map(({ id }) => id),
        last.map(({ type }) => type),
        last.map(({ payload }) => JSON.stringify(payload)),
        last.map(({ payload }) => payload.grantId ?? null),
        last.map(({ payload }) => payload.uid ?? null),
        last.map(({ expiresAt }) => expiresAt),
      ],
    });
    return written.map(() => undefined);
  });
  const send = async (name: string, text: string, values: unknown[]): Promise<void> => {
    await pool.query({ name, text, values });
  };
  return (type): Adapter => ({
    upsert: (id, payload, expiresIn) =>
      upsert({ id, type, payload, expiresAt: expiresIn ? new Date(Date.now() + expiresIn * 1000) : null }),
    find: (id) => find({ type, key: id }),
    findByUid: (uid) => findByUid({ type, key: uid }),
    findByUserCode: () => Promise.resolve(undefined),
    consume: (id) =>
      send('consume', 'update oidc_payload set consumed_at = now() where type = $1 and id = $2', [type, id]),
    destroy: (id) => send('destroy', 'delete from oidc_payload where type = $1 and id = $2', [type, id]),
    revokeByGrantId: (grantId) => send('revoke', 'delete from oidc_payload where grant_id = $1', [grantId]),
  });
}

function alive(row: Found | undefined): AdapterPayload | undefined {
  if (row === undefined || (row.expires_at !== null && row.expires_at.getTime() < Date.now())) return undefined;
  return row.consumed_at === null ? row.payload : { ...row.payload, consumed: true };
}

/** Runs `work` for one caller alone while a place is free; callers that wait meanwhile are taken together. */
function batched<Asked, Answer>(
  atOnce: number,
  work: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
): (asked: Asked) => Promise<Answer> {
  const waiting: { asked: Asked; resolve: (answer: Answer) => void; reject: (reason: unknown) => void }[] = [];
  let running = 0;
  const next = async (): Promise<void> => {
    if (running >= atOnce || waiting.length === 0) return;
    running += 1;
    const taken = waiting.splice(0, MOST_IN_ONE);
    try {
      const answers = await work(taken.map(({ asked }) => asked));
      for (const [place, { resolve }] of taken.entries()) resolve(answers[place] as Answer);
    } catch (error) {
      for (const { reject } of taken) reject(error);
    } finally {
      running -= 1;
      void next();
    }
  };
  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      void next();
    });
}
