import { byTime, pageFrom, readCursor } from './cursor.ts';
import type { Handler } from './handler.ts';
import { instant, nameOut, userNameOut } from './present.ts';
import { parseId } from '../../base/ids.ts';
import type { LoginId } from '../../base/ids.ts';
import type { Cause, Fact, ListedLogin, Sentence, Step } from '../../diagnosis/diagnosis.ts';
import { applicationName, causesOf, explainLogin as explain } from '../../diagnosis/explain-login.ts';
import { listLogins as list } from '../../diagnosis/list-logins.ts';
import { readHealth } from '../../diagnosis/read-health.ts';
import { simulateLogin as simulate } from '../../diagnosis/simulate-login.ts';
import { readState } from '../../logins/login-state.ts';
import { isTextKey } from '../../texts/catalog.ts';
import type { Text } from '../../texts/catalog.ts';

/** How often one caller may ask for a login: nobody tries references one after the other. */
const EXPLANATIONS = { name: 'explain-login', points: 60, seconds: 60 };

/** How often one caller may ask what would happen: it is for one address at a time. */
const SIMULATIONS = { name: 'simulate-login', points: 30, seconds: 60 };

/** *Why?*: the logins of an organization. */
export const listLogins: Handler<'listLogins'> = async ({ deps, caller, params, query }) => {
  const place = readCursor(byTime, query.cursor);
  const { logins, orphans } = await list(deps, caller, {
    organizationId: parseId('org', params.organizationId),
    search: query.search,
    userId: query.userId === undefined ? undefined : parseId('usr', query.userId),
    outcome: query.outcome,
    before: place === undefined ? undefined : { at: new Date(place[0]), id: place[1] as LoginId },
    limit: query.limit + 1,
  });
  // The one row beyond the page only tells that there are more.
  const causes = await causesOf(deps, caller, { logins: logins.slice(0, query.limit), orphans });
  return pageFrom(logins, query.limit, {
    total: null,
    place: (login) => [login.createdAt.getTime(), login.id],
    item: (login) => loginOut(deps.t, login, causes.get(login.id)!),
  });
};

/** *Why?*: one login. */
export const explainLogin: Handler<'explainLogin'> = async ({ deps, caller, params }) => {
  await deps.rateLimit.consume(EXPLANATIONS, `${caller.organizationId} ${caller.id ?? caller.kind}`);
  const organizationId = parseId('org', params.organizationId);
  const found = await explain(deps, caller, { organizationId, reference: params.reference });
  const { login, organization, cause } = found;
  return {
    reference: found.reference,
    organization: nameOut(organization.id, organization.name),
    beganAt: instant(found.beganAt),
    outcome: found.outcome,
    email: found.email,
    user: userOut(login?.user ?? null),
    application: login === null ? null : wordOf(deps.t, applicationName(login)),
    method: found.method,
    steps: found.steps.map((step) => stepOut(deps.t, step)),
    cause: cause.code === 'none' ? null : causeOut(deps.t, cause),
  };
};

/** How the logins of an organization fare. */
export const getHealth: Handler<'getHealth'> = async ({ deps, caller, params }) => {
  const health = await readHealth(deps, caller, { organizationId: parseId('org', params.organizationId) });
  const { connection, since, failures, last } = health;
  const causes = await causesOf(deps, caller, last);
  return {
    lastSuccessAt: instant(connection?.lastSuccessAt ?? null),
    since: instant(since),
    failures: failures.map(({ cause, count, lastAt, reference }) => {
      return { ...shortOut(deps.t, cause), count, lastAt: instant(lastAt), reference };
    }),
    logins: last.logins.map((each) => loginOut(deps.t, each, causes.get(each.id)!)),
  };
};

/** What would happen if somebody logged in now. */
export const simulateLogin: Handler<'simulateLogin'> = async ({ deps, caller, params, body }) => {
  await deps.rateLimit.consume(SIMULATIONS, `${caller.organizationId} ${caller.id ?? caller.kind}`);
  const organizationId = parseId('org', params.organizationId);
  const { email, organization, method, steps } = await simulate(deps, caller, { organizationId, email: body.email });
  return {
    email,
    organization: organization === null ? null : nameOut(organization.id, organization.name),
    method,
    steps: steps.map((step) => stepOut(deps.t, step)),
  };
};

function loginOut(t: Text, login: ListedLogin, cause: Cause) {
  return {
    reference: login.reference,
    beganAt: instant(login.createdAt),
    outcome: login.outcome,
    email: readState(login.state).state?.login.email ?? login.user?.email ?? null,
    user: userOut(login.user),
    application: wordOf(t, applicationName(login)),
    cause: cause.code === 'none' ? null : shortOut(t, cause),
  };
}

function userOut(user: ListedLogin['user']) {
  return user === null ? null : userNameOut(user);
}

/** A step in the language of the request. */
export function stepOut(t: Text, { at, tone, facts, ...said }: Step) {
  return { at: instant(at), tone, text: textOf(t, said), facts: facts.map((fact) => factOut(t, fact)) };
}

function factOut(t: Text, { name, value }: Fact) {
  return { name: typeof name === 'string' ? t(name) : name.literal, value };
}

function shortOut(t: Text, { code, what, fix }: Pick<Cause, 'code' | 'what' | 'fix'>) {
  return { code, what: textOf(t, what), fix: textOf(t, fix) };
}

/** A cause in the language of the request. */
export function causeOut(t: Text, cause: Cause) {
  const { place, check, candidates, counted, reverted, provider } = cause;
  return {
    ...shortOut(t, cause),
    check: check === null ? null : t(check),
    place:
      place === null ? null : { where: t(place.where), value: place.value === null ? null : wordOf(t, place.value) },
    candidates: candidates.map(({ what, fix }) => ({ what: textOf(t, what), fix: textOf(t, fix) })),
    counted,
    reverted,
    provider,
  };
}

/** A sentence; values that are words of ours (a page, a method, an application) are put in the same language. */
function textOf(t: Text, { key, values }: Sentence): string {
  const inWords = Object.entries(values).map(([name, value]) => [name, wordOf(t, value)]);
  return t(key, Object.fromEntries(inWords));
}

function wordOf(t: Text, value: string): string {
  return value.startsWith('why.') && isTextKey(value) ? t(value) : value;
}
