import type { z } from 'zod';
import type { Handler, OutsideHandler } from './handler.ts';
import { instant } from './present.ts';
import type { domain as domainShape } from '../contract/domains.ts';
import { DAY, after } from '../../base/clock.ts';
import { parseId } from '../../base/ids.ts';
import { checkNow } from '../../domains/check-domain.ts';
import { claimDomain, endVerification } from '../../domains/claim-domain.ts';
import { GRACE_DAYS } from '../../domains/decide.ts';
import { sentenceOf } from '../../domains/diagnose/sentence.ts';
import { challengeName, challengeValue } from '../../domains/domain.ts';
import type { DomainVerification } from '../../domains/domain.ts';
import { findDomainOf, listDomains as list } from '../../domains/find-domains.ts';
import type { DomainOverview } from '../../domains/find-domains.ts';
import { removeDomain as unroute, routeDomain as steer } from '../../domains/route-domains.ts';
import type { Text } from '../../texts/catalog.ts';

type DomainOut = z.input<typeof domainShape>;

/** *Domains* of an organization. */
export const listDomains: Handler<'listDomains'> = async ({ deps, caller, params }) => {
  const found = await list(deps, caller, { organizationId: parseId('org', params.organizationId) });
  return { items: found.map((each) => domainOut(deps.t, each)) };
};

/** *Add domain*. */
export const addDomain: Handler<'addDomain'> = async ({ deps, caller, params, body }) => {
  const organizationId = parseId('org', params.organizationId);
  const { domain } = await claimDomain(deps, caller, { organizationId, domain: body.domain });
  return domainOut(deps.t, await findDomainOf(deps, organizationId, domain));
};

/** *Check now*. */
export const checkDomain: OutsideHandler<'checkDomain'> = async ({ deps, caller, params, transact }) => {
  const organizationId = parseId('org', params.organizationId);
  const { domain } = await checkNow({ ...deps, transact }, caller, { organizationId, domain: params.domain });
  return domainOut(deps.t, await transact(async (db) => findDomainOf({ db }, organizationId, domain)));
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
  return domainOut(deps.t, await findDomainOf(deps, organizationId, domain));
};

/** Route it here no longer. */
export const removeDomain: Handler<'removeDomain'> = async ({ deps, caller, params }) => {
  await unroute(deps, caller, { organizationId: parseId('org', params.organizationId), domain: params.domain });
  return undefined;
};

function domainOut(t: Text, { domain, routedAt, verification }: DomainOverview): DomainOut {
  return {
    domain,
    routedAt: instant(routedAt),
    verification: verification === null ? null : verificationOut(t, verification),
  };
}

function verificationOut(t: Text, row: DomainVerification): NonNullable<DomainOut['verification']> {
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
    graceUntil: graceSince === null ? null : instant(after(graceSince, GRACE_DAYS * DAY)),
    createdAt: row.createdAt.toISOString(),
  };
}
