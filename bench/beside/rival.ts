import { REDIRECT, type Application, type Contender } from '../contenders.ts';
import { createIntrospection, createUserinfo } from '../load/ask-with-token.ts';
import type { Flow } from '../load/flow.ts';
import { createPasswordLogin, type PasswordPerson } from '../load/password-login.ts';
import { createPlannedLogin, type Plan } from '../load/planned-login.ts';
import type { ProcessTree } from '../load/process-tree.ts';
import type { Inspected } from '../profile/inspect.ts';
import { createRefresh } from '../load/refresh.ts';
import { createSilentLogin } from '../load/silent-login.ts';
import { discoverTarget, type Target } from '../load/target.ts';

export const FLOW_NAMES = [
  'silent',
  'silent-rs256',
  'refresh',
  'userinfo',
  'introspection',
  'federated',
  'password',
] as const;
export type FlowName = (typeof FLOW_NAMES)[number];

/** How many go on at once, where `--at` does not say. */
export const AT_ONCE: Readonly<Record<FlowName, readonly number[]>> = {
  silent: [1, 16, 64],
  'silent-rs256': [16, 64],
  refresh: [16, 64],
  userinfo: [16, 64],
  introspection: [16, 64],
  federated: [16],
  password: [4],
};

/** By which `--with` names them, in the order of the page; Gatehouse is always there. */
export const RIVAL_KEYS = [
  'gatehouse',
  'before',
  'prepared',
  'unprepared',
  'map',
  'batching',
  'better-auth',
  'keycloak',
  'keycloak-as-it-comes',
  'polis',
  'bare',
] as const;
export type RivalKey = (typeof RIVAL_KEYS)[number];

/** Something that runs beside others: where it is, which application of it each flow uses, and who its processes are. */
export interface Rival {
  key: RivalKey;
  name: string;
  issuer: string;
  /** Flows it does not have are left out. */
  applications: Partial<Record<FlowName, Application>>;
  /** How people log in: opens sessions, and is the federated login. */
  plan: Plan;
  /** How people with a password log in, and which second factor they have; undefined without the flow. */
  passwordLogin?: (target: Target) => Flow;
  /** Its federated login, where it is no OpenID Provider and the plan cannot be its flow. */
  federatedLogin?: () => Flow & { requests: () => number | undefined };
  scope: string;
  /** Its server's processes; PostgreSQL's are counted for whoever's turn it is. */
  tree: () => ProcessTree;
  /** Its process, where it can be profiled. */
  inspected?: (() => Inspected) | undefined;
  /** Undefined where it cannot be started again on the proxy that counts statements. */
  restart: ((databaseUrl: string) => Promise<void>) | undefined;
  databaseUrl: string;
  stop: () => Promise<void>;
}

const SCOPE = 'openid profile email';

/**
 * An implementation of the other sections, as one of these.
 * @param people who log in with a password and a one-time code; none without
 */
export function rivalOf(key: RivalKey, contender: Contender, people: readonly PasswordPerson[] = []): Rival {
  const { clientId, secret, applications } = contender;
  const own = { clientId, secret };
  return {
    ...contender,
    key,
    scope: SCOPE,
    ...(people.length === 0 ? {} : { passwordLogin: (target: Target) => createPasswordLogin(target, people) }),
    applications: {
      silent: own,
      'silent-rs256': applications.rs256,
      refresh: applications.refresh,
      userinfo: own,
      introspection: own,
      ...(contender.federates ? { federated: own } : {}),
      ...(people.length === 0 ? {} : { password: own }),
    },
  };
}

/** The flows of a rival, ready to be run. */
export interface OpenFlows {
  flows: ReadonlyMap<FlowName, Flow>;
  /** Requests that a federated login makes at the rival, its token request among them; undefined before one was made. */
  requests: () => number | undefined;
  close: () => Promise<void>;
}

/**
 * Opens sessions and makes the flows that are wanted and that the rival has.
 * @param sessions how many browsers with a session take turns
 */
export async function openFlows(rival: Rival, wanted: ReadonlySet<FlowName>, sessions: number): Promise<OpenFlows> {
  await using stack = new AsyncDisposableStack();
  const has = (name: FlowName): boolean => wanted.has(name) && rival.applications[name] !== undefined;
  const targetOf = async (name: FlowName): Promise<Target> => {
    const application = rival.applications[name];
    if (application === undefined) throw new Error(`${rival.name} has no ${name}`);
    return discoverTarget(rival.issuer, { ...application, redirectUri: REDIRECT, scope: rival.scope });
  };
  const flows = new Map<FlowName, Flow>();
  const add = (name: FlowName, flow: Flow): void => {
    flows.set(name, flow);
    stack.defer(flow.close);
  };
  const bySession = FLOW_NAMES.filter((name) => name !== 'federated' && name !== 'password').filter(has);
  const first = bySession[0] ?? 'federated';
  const planned = rival.applications[first] && createPlannedLogin(await targetOf(first), rival.plan);
  if (planned !== undefined) stack.defer(planned.close);
  const cookies: string[] = [];
  while (bySession.length > 0 && planned !== undefined && cookies.length < sessions) {
    cookies.push(await planned.openSession(cookies.length));
  }
  for (const name of bySession) {
    const target = await targetOf(name);
    const silent = createSilentLogin(target, cookies);
    stack.defer(silent.close);
    if (name === 'refresh') add(name, createRefresh(target, silent.logIn, sessions));
    else if (name === 'userinfo') add(name, createUserinfo(target, silent.logIn, sessions));
    else if (name === 'introspection') add(name, createIntrospection(target, silent.logIn, sessions));
    else flows.set(name, { run: silent.flow, prepare: () => Promise.resolve(), close: silent.close });
  }
  let requests: () => number | undefined = () => undefined;
  if (has('federated')) {
    // People of their own: their logins use up the sessions that a user may have.
    const login = createPlannedLogin(await targetOf('federated'), rival.plan, sessions);
    add('federated', { run: login.flow, prepare: () => Promise.resolve(), close: login.close });
    requests = login.requests;
  }
  if (wanted.has('federated') && rival.federatedLogin !== undefined) {
    const login = rival.federatedLogin();
    add('federated', login);
    ({ requests } = login);
  }
  if (has('password') && rival.passwordLogin !== undefined) {
    add('password', rival.passwordLogin(await targetOf('password')));
  }
  const all = stack.move();
  return { flows, requests, close: async () => all.disposeAsync() };
}
