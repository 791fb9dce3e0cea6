import type { Step } from './diagnosis.ts';
import { requireDiagnosis } from './list-logins.ts';
import type { DiagnosisDeps } from './list-logins.ts';
import { waitStep } from './wait-step.ts';
import { hostOf, pilotStep, ruleStep, sentence, sentFacts } from './tell-steps.ts';
import type { OrganizationId } from '../base/ids.ts';
import { previewAuthorizationRequest } from '../connections/authorization/preview-authorization-request.ts';
import type { PreviewDeps } from '../connections/authorization/preview-authorization-request.ts';
import { findIdentitiesOf } from '../connections/bind-identity.ts';
import type { Connection } from '../connections/connection.ts';
import { asService } from '../db/database.ts';
import { findVerifiedDomains } from '../domains/find-domains.ts';
import { findDestination, findProvenUsers } from '../logins/find-destination.ts';
import { findUsableMethod } from '../logins/find-login-method.ts';
import type { UsableMethod } from '../logins/find-login-method.ts';
import { reaches } from '../organizations/organization.ts';
import type { Organization } from '../organizations/organization.ts';
import { findOrganizations } from '../organizations/find-organization.ts';
import type { Caller } from '../organizations/access.ts';
import { parseEmailAddress } from '../users/email-address.ts';
import type { EmailAddress } from '../users/email-address.ts';
import { findUserOf, findUsersByAddress } from '../users/find-users.ts';
import { mayLogIn } from '../users/may-log-in.ts';
import type { User } from '../users/user.ts';

/** What would happen if somebody logged in now. */
export interface SimulatedLogin {
  email: string;
  /** Where the address leads; null for outside of what the caller administers, for nobody, and while several are left to choose. */
  organization: Organization | null;
  method: string | null;
  steps: Step[];
}

/**
 * What would happen if somebody typed an address now, in a new browser. It asks the functions that a login asks, in the
 * caller's own transaction: in the api role, rows of organizations out of reach do not exist, so an address that leads
 * there and one of nobody take the same way to the same answer. Nothing is written, mailed or remembered.
 * @throws organization.not-found, caller.denied, email.malformed
 */
export async function simulateLogin(
  deps: DiagnosisDeps & PreviewDeps,
  caller: Caller,
  input: { organizationId: OrganizationId; email: string },
): Promise<SimulatedLogin> {
  await requireDiagnosis(deps, caller, input.organizationId);
  const address = parseEmailAddress(input.email);
  const { email } = address;
  const led = await findDestination(deps, address, { organizationId: null, invitation: null, lastChoice: null });
  const typed = sentence(null, 'why.step.identified', { email });
  if (led.rule === 'several-accounts') {
    const users = await findProvenUsers(deps, address);
    const organizations = await reached(deps, caller, users);
    const names = organizations.map(({ name }) => name).join(', ');
    const steps = [
      typed,
      ruleStep(null, led.rule, email, ''),
      sentence(null, 'why.simulated.code', { organizations: names }),
      ...(await waitStep(deps, caller, address.domain)),
      caveat(address),
    ];
    return { email, organization: null, method: null, steps };
  }
  const [organization] = led.organizationId === null ? [] : await reached(deps, caller, [led]);
  if (organization === undefined)
    return { email, organization: null, method: null, steps: await unled(deps, caller, address) };
  // With the service's rights: the connection may be the one of a managing organization out of the caller's reach.
  const user = await findUserOf(deps, organization.id, address.key);
  const usable = await asService(deps.db, async (db) =>
    findUsableMethod({ ...deps, db }, organization.id, user?.id ?? null),
  );
  const steps = [
    typed,
    ruleStep(null, led.rule, email, organization.name),
    ...pilotStep(null, usable?.pilot, organization.name),
    ...(await waitStep(deps, caller, address.domain)),
    ...(led.rule === 'verified-domain' ? [] : [caveat(address)]),
    ...(await stepsAt(deps, organization, address, usable, user)),
  ];
  return { email, organization, method: usable?.method.method ?? null, steps };
}

/** Where nothing leads: users of the caller's organizations that nothing leads to, or the one answer for all others. */
async function unled(deps: DiagnosisDeps, caller: Caller, address: EmailAddress): Promise<Step[]> {
  const { email, domain } = address;
  const users = await findUsersByAddress(deps, address.key);
  const organizations = await reached(deps, caller, users);
  const known = users.flatMap((user): Step[] => {
    const organization = organizations.find(({ id }) => id === user.organizationId)?.name;
    if (organization === undefined) return [];
    const may = mayLogIn(user, deps.clock.now());
    return [
      sentence(null, may ? 'why.simulated.unled' : 'why.simulated.disabled', { organization, email, domain }, 'bad'),
    ];
  });
  const waits = await waitStep(deps, caller, domain);
  if (known.length === 0) return [sentence(null, 'why.simulated.outside', {}, 'wait'), ...waits];
  return [...known, ...waits, caveat(address)];
}

async function stepsAt(
  deps: DiagnosisDeps & PreviewDeps,
  organization: Organization,
  address: EmailAddress,
  usable: UsableMethod | undefined,
  user: User | undefined,
): Promise<Step[]> {
  const { email } = address;
  const about = { organization: organization.name, email };
  if (usable === undefined) return [sentence(null, 'why.step.method.none', about, 'bad')];
  const { method, connection } = usable.method;
  const said = sentence(null, 'why.step.method', { ...about, method: `why.method.${method}` });
  if (user !== undefined && !mayLogIn(user, deps.clock.now())) {
    return [said, sentence(null, 'why.simulated.disabled', about, 'bad')];
  }
  const pending = user?.status === 'pending' ? [sentence(null, 'why.simulated.pending', about)] : [];
  if (connection === null) {
    const proper = user?.status === 'verified';
    const ask = sentence(null, proper ? 'why.simulated.password' : 'why.simulated.password.nobody', about);
    return [said, ...pending, { ...ask, tone: proper ? 'good' : 'bad' }];
  }
  const { endpoint, sent } = await previewAuthorizationRequest(deps, connection, email);
  if (connection.heldSince !== null) {
    return [said, ...pending, sentence(null, 'why.simulated.held', { host: hostOf(endpoint) }, 'bad')];
  }
  return [
    said,
    ...pending,
    sentence(null, 'why.simulated.sent', { host: hostOf(endpoint) }, 'plain', sentFacts(sent)),
    await binding(deps, organization, address, connection, user),
    ...(usable.previous === null ? [] : [sentence(null, 'why.simulated.another')]),
  ];
}

/** Whom somebody who comes back would be. */
async function binding(
  deps: DiagnosisDeps,
  { id: organizationId, name: organization, justInTime }: Organization,
  { email, domain }: EmailAddress,
  { issuer }: Connection,
  user: User | undefined,
): Promise<Step> {
  const isVerified = async (): Promise<boolean> => (await findVerifiedDomains(deps, organizationId)).includes(domain);
  if (user === undefined) {
    return justInTime && (await isVerified())
      ? sentence(null, 'why.simulated.created', { organization, domain }, 'good')
      : sentence(null, 'why.simulated.no-user', { organization }, 'bad');
  }
  const identities = await asService(deps.db, async (db) =>
    findIdentitiesOf({ db }, { organizationId, userId: user.id }),
  );
  const bound = identities.find((one) => one.issuer === issuer);
  if (bound !== undefined) {
    const day = bound.boundAt.toISOString().slice(0, 10);
    return sentence(null, 'why.simulated.bound', { email, day }, 'good');
  }
  if (user.identityResetAt !== null) return sentence(null, 'why.simulated.reset', { email }, 'wait');
  const verified = await isVerified();
  return sentence(null, verified ? 'why.simulated.unbound.verified' : 'why.simulated.unbound', { email, domain });
}

function caveat({ domain }: EmailAddress): Step {
  return sentence(null, 'why.simulated.caveat', { domain }, 'wait');
}

/** The organizations of some users that the caller reaches: row-level security says so, and the caller's path. */
async function reached(
  deps: DiagnosisDeps,
  caller: Caller,
  of: readonly { organizationId: OrganizationId | null }[],
): Promise<Organization[]> {
  const ids = of.map(({ organizationId }) => organizationId).filter((id) => id !== null);
  const found = await findOrganizations(deps, ids);
  return [...found.values()].filter(({ path }) => reaches(caller.organizationPath, path));
}
