import type { FlowName, RivalKey } from './rival.ts';

/** One figure that was set before it was measured: what Gatehouse may cost, as a share of what another costs. */
export interface Aim {
  what: string;
  flow: FlowName;
  atOnce: number;
  /** Processor time of server and PostgreSQL, bytes of write-ahead log, or processor time without the password's hash. */
  of: 'cpu' | 'wal' | 'cpu without the hash';
  to: RivalKey | 'one Argon2id';
  atMost: number;
  /** Only a build that answers plain requests itself can reach it. */
  byDirectWay?: boolean;
}

const cpu = (
  what: string,
  flow: FlowName,
  atOnce: number,
  most: Readonly<Partial<Record<RivalKey, number>>>,
  byDirectWay = false,
): Aim[] =>
  Object.entries(most).map(([to, atMost]) => ({
    what,
    flow,
    atOnce,
    of: 'cpu',
    to: to as RivalKey,
    atMost,
    byDirectWay,
  }));

/** In the order of the page. */
export const AIMS: readonly Aim[] = [
  ...cpu('silent login', 'silent', 64, { prepared: 0.4, 'better-auth': 0.13 }),
  ...cpu('silent login', 'silent', 64, { prepared: 0.25, keycloak: 0.3 }, true),
  ...cpu('silent login by RS256', 'silent-rs256', 64, { 'keycloak-as-it-comes': 0.45 }),
  ...cpu('silent login', 'silent', 1, { prepared: 0.75 }),
  ...cpu('silent login', 'silent', 1, { prepared: 0.45 }, true),
  ...cpu('federated login', 'federated', 16, { before: 0.3, keycloak: 0.75, polis: 0.45 }),
  ...[16, 64].flatMap((atOnce) => cpu('refresh with rotation', 'refresh', atOnce, { prepared: 0.5, keycloak: 0.5 })),
  ...[16, 64].flatMap((atOnce) => cpu('userinfo', 'userinfo', atOnce, { prepared: 0.5, before: 0.25 })),
  ...[16, 64].flatMap((atOnce) => cpu('introspection', 'introspection', atOnce, { prepared: 0.5 })),
  {
    what: 'password and one-time code, without the hash',
    flow: 'password',
    atOnce: 4,
    of: 'cpu without the hash',
    to: 'one Argon2id',
    atMost: 1,
  },
  {
    what: 'password and one-time code, without the hash',
    flow: 'password',
    atOnce: 4,
    of: 'cpu without the hash',
    to: 'before',
    atMost: 0.4,
  },
  { what: 'write-ahead log of a silent login', flow: 'silent', atOnce: 64, of: 'wal', to: 'before', atMost: 0.5 },
];

/** The p99 of silent logins at 70 % of the greatest rate, as a multiple of their p50. */
export const STEADY_AT_MOST = 5;

/** Whether an aim compares what this rival does with this flow, itself or with Gatehouse. */
export function isAimed(key: RivalKey, flow: FlowName, atOnce: number): boolean {
  return AIMS.some((aim) => aim.flow === flow && aim.atOnce === atOnce && (key === 'gatehouse' || key === aim.to));
}
