import { findWhoIsTold, mailAdministrators } from '../mail-administrators.ts';
import type { Clock } from '../../base/clock.ts';
import type { JobId, OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import type { Transaction } from '../../db/database.ts';
import type { ComposedMail } from '../../mail/compose.ts';
import type { RecipientLimit } from '../../mail/recipient-limit.ts';
import { pathAbove } from '../../organizations/organization.ts';
import type { Organization } from '../../organizations/organization.ts';

/** Mails about one domain and one organization to one recipient in a day: removed and proved again it says nothing new. */
const MOST_A_DAY = 3;

export type Mail = ComposedMail & { kind: string };

/** A claim and the organizations whose users it concerns. */
export interface ToldClaim<Concerned extends { organization: Organization }> {
  domain: string;
  claimer: Organization;
  concerned: readonly Concerned[];
}

/** What is said to whom. */
interface Mails<Concerned> {
  /** To an organization whose users have addresses at the domain, or to the one that reads it in its place. */
  elsewhere(each: Concerned, reader: Organization): Promise<Mail>;
  /** To the organization that claims, or the one that reads it in its place; null where that is told otherwise. */
  claimer(reader: Organization): Mail | null;
  /** To whoever manages both: the one mail with both names. */
  above(concerned: readonly Concerned[]): Mail;
}

/**
 * Tells the administrators of each organization whom a claim concerns, of the one that claims, and of the lowest that
 * manages both. Where an organization has none, the nearest above it is told; whoever manages both hears it once.
 * @param once a job that may run again: nobody gets its mails twice
 */
export async function tellOfDomainClaim<Concerned extends { organization: Organization }>(
  deps: { db: Transaction; clock: Clock; secrets: SecretBox },
  { domain, claimer, concerned }: ToldClaim<Concerned>,
  mails: Mails<Concerned>,
  once?: JobId,
): Promise<void> {
  const above = new Map<OrganizationId, { reader: Organization; concerned: Concerned[] }>();
  for (const each of concerned) {
    const lowest = pathAbove(claimer.path, each.organization.path).split('/').at(-2) as OrganizationId;
    const reader = await findWhoIsTold(deps, lowest);
    if (reader === undefined) continue;
    const group = above.get(reader.id) ?? { reader, concerned: [] };
    group.concerned.push(each);
    above.set(reader.id, group);
  }
  const tell = async (reader: Organization, about: OrganizationId, mail: Mail): Promise<void> => {
    const limit = (name: string, most: number): RecipientLimit => ({ name, overall: most, bySender: most });
    const limits = [limit(`${mail.kind} ${domain} ${about}`, MOST_A_DAY)];
    if (once !== undefined) limits.unshift(limit(`${once} ${about}`, 1));
    await mailAdministrators(deps, reader, mail, { limits });
  };
  for (const each of concerned) {
    const { id } = each.organization;
    const reader = await findWhoIsTold(deps, id);
    if (reader !== undefined && !above.has(reader.id)) await tell(reader, id, await mails.elsewhere(each, reader));
  }
  const reader = await findWhoIsTold(deps, claimer.id);
  const mail = reader === undefined || above.has(reader.id) ? null : mails.claimer(reader);
  if (reader !== undefined && mail !== null) await tell(reader, claimer.id, mail);
  for (const group of above.values()) await tell(group.reader, group.reader.id, mails.above(group.concerned));
}
