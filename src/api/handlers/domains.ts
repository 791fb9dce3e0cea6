import type { z } from 'zod';
import type { Handler, OutsideHandler } from './handler.ts';
import { instant, nameOut } from './present.ts';
import type { domain as domainShape } from '../contract/domains.ts';
import { DAY, after } from '../../base/clock.ts';
import { parseId } from '../../base/ids.ts';
import type { Transaction } from '../../db/database.ts';
import { checkNow } from '../../domains/check-domain.ts';
import { claimDomain, endVerification } from '../../domains/claim-domain.ts';
import { GRACE_DAYS } from '../../domains/decide.ts';
import { sentenceOf } from '../../domains/diagnose/sentence.ts';
import { challengeName, challengeValue } from '../../domains/domain.ts';
import type { DomainVerification } from '../../domains/domain.ts';
import { findDomainOf, listDomains as list } from '../../domains/find-domains.ts';
import type { DomainOverview } from '../../domains/find-domains.ts';
import { findWait, listDomainClaims } from '../../domains/wait/find-domain-claims.ts';
import type { SeenWait } from '../../domains/wait/find-domain-claims.ts';
import { takeEffectNow } from '../../domains/wait/take-effect.ts';
import { removeDomain as unroute, routeDomain as steer } from '../../domains/route-domains.ts';
import type { Caller } from '../../organizations/access.ts';
import type { Text } from '../../texts/catalog.ts';

type DomainOut = z.input<typeof domainShape>;

/** *Domains* of an organization. */
export const listDomains: Handler<'listDomains'> = async ({ deps, caller, params }) => {
  const input = { organizationId: parseId('org', params.organizationId) };
  const items = [];
  for (const each of await list(deps, caller, input)) items.push(await domainOut(deps, caller, each));
  const domainClaims = await listDomainClaims(deps, caller, input);
  return {
    items,
    domainClaims: domainClaims.map(({ domain, users, takesEffectAt, claimedBy }) => ({
      domain,
      users,
      takesEffectAt: takesEffectAt.toISOString(),
      claimedBy: claimedBy && nameOut(claimedBy.id, claimedBy.name),
    })),
  };
};

/** *Add domain*. */
export const addDomain: Handler<'addDomain'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const { domain } = await claimDomain(deps, caller, { organizationId, domain: body.domain });
  return domainOut(deps, caller, await findDomainOf(deps, organizationId, domain));
};

/** *Check now*. */
export const checkDomain: OutsideHandler<'checkDomain'> = async ({ deps, caller, params, transact }) => {
  const organizationId = parseId('org', params.organizationId);
  const { domain } = await checkNow({ ...deps, transact }, caller, { organizationId, domain: params.domain });
  return transact(async (db) => {
    const inside = { ...deps, db };
    return domainOut(inside, caller, await findDomainOf(inside, organizationId, domain));
  });
};

/** *Take effect now*. */
export const takeDomainIntoEffect: Handler<'takeDomainIntoEffect'> = async ({ deps, caller, params }) => {
  const organizationId = parseId('org', params.organizationId);
  const { domain } = await takeEffectNow(deps, caller, { organizationId, domain: params.domain });
  return domainOut(deps, caller, await findDomainOf(deps, organizationId, domain));
};

/** *Remove* a domain that is verified or on the way. */
export const removeVerification: Handler<'removeVerification'> = async ({ deps, caller, params }) => {
  const organizationId = parseId('org', params.organizationId);
  await endVerification(deps, caller, { organizationId, domain: params.domain });
  return undefined;
};

/** Route a domain here. */
export const routeDomain: Handler<'routeDomain'> = async ({ deps, caller, params }) => {
  const organizationId = parseId('org', params.organizationId);
  const { domain } = await steer(deps, caller, { organizationId, domain: params.domain });
  return domainOut(deps, caller, await findDomainOf(deps, organizationId, domain));
};

/** Route it here no longer. */
export const removeDomain: Handler<'removeDomain'> = async ({ deps, caller, params }) => {
  await unroute(deps, caller, { organizationId: parseId('org', params.organizationId), domain: params.domain });
  return undefined;
};

async function domainOut(
  deps: { db: Transaction; t: Text },
  caller: Caller,
  { domain, routedAt, verification }: DomainOverview,
): Promise<DomainOut> {
  const wait = verification === null ? null : await findWait(deps, caller, verification);
  return {
    domain,
    routedAt: instant(routedAt),
    verification: verification === null ? null : verificationOut(deps.t, verification, wait),
  };
}

function verificationOut(
  t: Text,
  row: DomainVerification,
  wait: SeenWait | null,
): NonNullable<DomainOut['verification']> {
  const { finding, graceSince } = row;
  return {
    state: row.state,
    record: { type: 'TXT', name: challengeName(row.domain), value: challengeValue(row.token) },
    finding: finding && {
      code: finding.code,
      sentence: sentenceOf(t, finding),
      notes: finding.notes.map((note) => ({ code: note.code, sentence: sentenceOf(t, note) })),
      nameServers: finding.nameServers,
    },
    checkedAt: instant(row.checkedAt),
    nextCheckAt: instant(row.nextCheckAt),
    verifiedAt: instant(row.verifiedAt),
    wait: wait && {
      takesEffectAt: wait.takesEffectAt.toISOString(),
      users: wait.users,
      organizations: wait.organizations.map(({ id, name, users }) => ({ organization: nameOut(id, name), users })),
      mayEnd: wait.mayEnd,
    },
    graceUntil: graceSince === null ? null : instant(after(graceSince, GRACE_DAYS * DAY)),
    createdAt: row.createdAt.toISOString(),
  };
}
