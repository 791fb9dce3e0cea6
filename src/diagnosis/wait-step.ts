import type { Step } from './diagnosis.ts';
import { sentence } from './tell-steps.ts';
import { utcMinute } from '../base/clock.ts';
import type { Database } from '../db/database.ts';
import { findDomainClaim } from '../domains/wait/find-domain-claims.ts';
import type { Caller } from '../organizations/access.ts';

/** That the domain of an address waits to take effect, where an organization of the caller claims it or has users there. */
export async function waitStep(deps: { db: Database }, caller: Caller, domain: string): Promise<Step[]> {
  const claim = await findDomainClaim(deps, caller, domain);
  if (claim === null) return [];
  const values = { domain, until: utcMinute(claim.takesEffectAt) };
  return claim.claimedBy === null
    ? [sentence(null, 'why.waiting.outside', values, 'wait')]
    : [sentence(null, 'why.waiting', { ...values, organization: claim.claimedBy.name }, 'wait')];
}
