import { randomBytes } from 'node:crypto';

/** Who is logged in to this application, in one browser. */
export interface Session {
  claims: Readonly<Record<string, unknown>>;
  sub: string;
  /** The provider's session this one follows: a logout there ends it here. */
  sid: string | undefined;
  /** As received; proves at logout whose session is to end. */
  idToken: string;
  startedAt: Date;
}

/** Sessions in memory, by the value of a cookie. */
export interface Sessions {
  start(session: Session): string;
  find(id: string | undefined): Session | undefined;
  end(id: string | undefined): void;
  /** Ends those of one session of the provider, or without `sid` all of the person; returns how many. */
  endAll(of: { sub: string | undefined; sid: string | undefined }): number;
}

const LIFETIME_MS = 8 * 60 * 60 * 1000;
const MOST = 1000;

export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  const isLive = (session: Session): boolean => Date.now() - session.startedAt.getTime() < LIFETIME_MS;
  return {
    start(session) {
      const [oldest] = sessions.keys();
      if (sessions.size >= MOST && oldest !== undefined) sessions.delete(oldest);
      const id = randomBytes(24).toString('base64url');
      sessions.set(id, session);
      return id;
    },
    find(id) {
      const session = id === undefined ? undefined : sessions.get(id);
      return session !== undefined && isLive(session) ? session : undefined;
    },
    end: (id) => void sessions.delete(id ?? ''),
    endAll({ sub, sid }) {
      // OpenID Connect Back-Channel Logout 2.4: a token without sid is about all sessions of the person
      const ended = [...sessions].filter(([, session]) =>
        sid === undefined ? session.sub === sub : session.sid === sid && (sub === undefined || session.sub === sub),
      );
      for (const [id] of ended) sessions.delete(id);
      return ended.length;
    },
  };
}
