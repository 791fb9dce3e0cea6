import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/** An in-process map with the look-ups oidc-provider needs: what the library costs when storing costs nothing. */
export function mapAdapter(): AdapterFactory {
  const models = new Map<string, Map<string, AdapterPayload>>();
  const byUid = new Map<string, string>();
  return (model): Adapter => {
    const rows = models.get(model) ?? new Map<string, AdapterPayload>();
    models.set(model, rows);
    return {
      upsert(id, payload, expiresIn) {
        rows.set(id, payload);
        if (model === 'Session' && payload.uid !== undefined) byUid.set(payload.uid, id);
        // expired entries are deleted, so that a long run does not fill the memory
        if (model === 'AuthorizationCode') setTimeout(() => rows.delete(id), (expiresIn ?? 60) * 1000).unref();
        return Promise.resolve();
      },
      find: (id) => Promise.resolve(rows.get(id)),
      findByUid: (uid) => Promise.resolve(rows.get(byUid.get(uid) ?? '')),
      findByUserCode: () => Promise.resolve(undefined),
      consume(id) {
        const payload = rows.get(id);
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
        return Promise.resolve();
      },
      destroy(id) {
        rows.delete(id);
        return Promise.resolve();
      },
      revokeByGrantId(grantId) {
        for (const [id, payload] of rows) if (payload.grantId === grantId) rows.delete(id);
        return Promise.resolve();
      },
    };
  };
}
