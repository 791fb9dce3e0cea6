import type { Cause, ListedLogin, Outcome, Step } from './diagnosis.ts';
import { applicationCause, findCause, ownCause, ownCode, providerCause } from './find-cause.ts';
import { requireDiagnosis, withApplications, withOrphans } from './list-logins.ts';
import type { DiagnosisDeps, FoundLogins } from './list-logins.ts';
import { selectLoginByReference, selectRecordedRefusal } from './login-list-store.ts';
import type { RecordedRefusal } from './login-list-store.ts';
import { sentence, tellSteps } from './tell-steps.ts';
import { waitStep } from './wait-step.ts';
import type { Told } from './tell-steps.ts';
import { CONSOLE_CLIENT, START_CLIENT } from '../applications/built-in.ts';
import { readFailureCause } from '../applications/health/failure-causes.ts';
import { after, DAY } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { LoginId, OrganizationId } from '../base/ids.ts';
import { timeOrderedUuid } from '../base/random.ts';
import { readState } from '../logins/login-state.ts';
import { readTrace } from '../logins/trace.ts';
import type { ReadEntry } from '../logins/trace.ts';
import { reaches } from '../organizations/organization.ts';
import type { Organization } from '../organizations/organization.ts';
import { findOrganizations } from '../organizations/find-organization.ts';
import type { Caller } from '../organizations/access.ts';
import { readEmailAddress } from '../users/email-address.ts';
import type { TextKey } from '../texts/catalog.ts';

/** A login, told. */
export interface ExplainedLogin {
  reference: string;
  organization: Organization;
  outcome: Outcome;
  beganAt: Date;
  /** Null where only the audit log knows of it. */
  login: ListedLogin | null;
  email: string | null;
  method: string | null;
  steps: Step[];
  cause: Cause;
}

/** Names of the built-in applications, as keys of the catalog. */
const BUILT_IN: Readonly<Record<string, TextKey>> = {
  [START_CLIENT]: 'why.application.start',
  [CONSOLE_CLIENT]: 'why.application.console',
};

/** What people call the application of a login: its name, or a key of the catalog. */
export function applicationName({
  clientId,
  applicationName: name,
}: Pick<ListedLogin, 'clientId' | 'applicationName'>) {
  return name ?? BUILT_IN[clientId] ?? clientId;
}

/**
 * The login of a reference, as pages show it, step by step. A reference of another organization and one of nobody get the
 * same answer.
 * @throws organization.not-found, caller.denied, login.not-found
 */
export async function explainLogin(
  deps: DiagnosisDeps,
  caller: Caller,
  input: { organizationId: OrganizationId; reference: string },
): Promise<ExplainedLogin> {
  const { organization, orphans } = await requireDiagnosis(deps, caller, input.organizationId);
  const reference = input.reference.toUpperCase();
  const about = { organizationId: organization.id, orphans, reference };
  const found = await withOrphans(deps, orphans, async (db) => selectLoginByReference(db, about, deps.clock.now()));
  if (found === undefined) return explainRecorded(deps, organization, reference);
  const [login] = (await withApplications(deps, [found])) as [ListedLogin];
  const entries = readTrace(login.trace);
  const organizations = await findReached(deps, caller, idsOf(login, entries));
  const told = tell(login, entries, { all: orphans, organizations });
  const email = told.login?.email ?? login.user?.email ?? null;
  const domain = email === null ? undefined : readEmailAddress(email)?.domain;
  const method = told.login?.connection?.method ?? (told.login?.proofs.length ? 'built-in' : null);
  return {
    reference,
    organization,
    outcome: login.outcome,
    beganAt: login.createdAt,
    login,
    email,
    method,
    steps: [...tellSteps(told), ...(domain === undefined ? [] : await waitStep(deps, caller, domain))],
    cause: findCause(told, login.refusal),
  };
}

/** The causes of listed logins alone, with one statement for all. */
export async function causesOf(
  deps: DiagnosisDeps,
  caller: Caller,
  { logins, orphans }: FoundLogins,
): Promise<Map<LoginId, Cause>> {
  const read = logins.map((login) => ({ login, entries: readTrace(login.trace) }));
  const reached = await findReached(
    deps,
    caller,
    read.flatMap(({ login, entries }) => idsOf(login, entries)),
  );
  const causes = read.map(({ login, entries }): [LoginId, Cause] => {
    const told = tell(login, entries, { all: orphans, organizations: reached });
    return [login.id, findCause(told, login.refusal)];
  });
  return new Map(causes);
}

/** Organizations that a trace speaks of. */
function idsOf(login: ListedLogin, entries: readonly ReadEntry[]): OrganizationId[] {
  const ids = entries.flatMap((entry) => [entry.organizationId, entry.detail.organizationId ?? null]);
  return [...ids, login.organizationId].filter((id) => id !== null);
}

/** The names of those that the caller reaches. */
async function findReached(
  deps: DiagnosisDeps,
  caller: Caller,
  ids: readonly OrganizationId[],
): Promise<Map<OrganizationId, string>> {
  const named = await findOrganizations(deps, [...new Set(ids)]);
  const reached = [...named.values()].filter(({ path }) => reaches(caller.organizationPath, path));
  return new Map(reached.map(({ id, name }) => [id, name]));
}

function tell(
  login: ListedLogin,
  entries: ReadEntry[],
  { all, organizations }: Pick<Told, 'all' | 'organizations'>,
): Told {
  return {
    entries,
    outcome: login.outcome,
    step: login.step,
    login: readState(login.state).state?.login,
    application: applicationName(login),
    user: login.user?.email ?? null,
    organizations,
    all,
  };
}

/** How far back the audit log is searched for a reference: as long as logins are kept. */
const SEARCHED = 30 * DAY;

/** A refusal that belongs to no login of the organization (any more): as the audit log recorded it. */
async function explainRecorded(
  deps: DiagnosisDeps,
  organization: Organization,
  reference: string,
): Promise<ExplainedLogin> {
  const since = timeOrderedUuid(after(deps.clock.now(), -SEARCHED));
  const recorded = await selectRecordedRefusal(deps.db, { organizationId: organization.id, reference, since });
  if (recorded === undefined) throw new AppError('login.not-found');
  return {
    reference,
    organization,
    outcome: 'refused',
    beganAt: recorded.occurredAt,
    login: null,
    email: null,
    method: null,
    steps: [sentence(recorded.occurredAt, 'why.step.refused', {}, 'bad')],
    cause: causeOfRecorded(recorded, organization),
  };
}

function causeOfRecorded({ kind, details }: RecordedRefusal, { name }: Organization): Cause {
  const read = new Map(Object.entries(typeof details === 'object' && details !== null ? details : {}));
  const text = (member: string): string | undefined => {
    const value: unknown = read.get(member);
    return typeof value === 'string' ? value : undefined;
  };
  const values = { organization: name, application: text('name') ?? '…', problem: text('problem') ?? '…' };
  if (kind === 'application.request-refused') {
    const cause = readFailureCause(text('cause'));
    if (cause === undefined) return ownCause('request-refused', values); // as recorded before there were causes
    return applicationCause(cause, { ...values, came: text('came') ?? '–', wanted: text('wanted') ?? '–' });
  }
  const code = text('code');
  const explained = code === undefined ? undefined : providerCause(code, read.get('values'), {});
  return explained ?? ownCause(ownCode(text('why'), code, text('reason') ?? null), values);
}
