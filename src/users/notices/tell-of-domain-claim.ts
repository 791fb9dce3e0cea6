import { findWhoIsTold, mailAdministrators } from '../mail-administrators.ts';
import type { Clock } from '../../base/clock.ts';
import type { JobId, OrganizationId } from '../../base/ids.ts';
import type { SecretBox } from '../../base/secret-box.ts';
import { inTransaction } from '../../db/database.ts';
import type { Database, Inside, Transaction } from '../../db/database.ts';
import type { ComposedMail } from '../../mail/compose.ts';
import type { MailKind } from '../../mail/mail-kind.ts';
import type { RecipientLimit } from '../../mail/recipient-limit.ts';
import { keepOrganization } from '../../organizations/find-organization.ts';
import { pathAbove } from '../../organizations/organization.ts';
import type { Organization } from '../../organizations/organization.ts';

interface Deps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
}

/** Mails about one domain and one organization to one recipient in a day: removed and proved again it says nothing new. */
const MOST_A_DAY = 3;

export type Mail = ComposedMail & { kind: MailKind };

/** A claim and the organizations whose users it concerns. */
export interface ToldClaim<Concerned extends { organization: Organization }> {
  domain: string;
  claimer: Organization;
  concerned: readonly Concerned[];
}

/** What is said to whom. */
interface Mails<Concerned> {
  /** To an organization whose users have addresses at the domain, or to the one that reads it in its place. */
  elsewhere(db: Database, each: Concerned, reader: Organization): Promise<Mail>;
  /** To the organization that claims, or the one that reads it in its place; null where that is told otherwise. */
  claimer(reader: Organization): Mail | null;
  /** To whoever manages both: the one mail with both names. */
  above(concerned: readonly Concerned[]): Mail;
  /** Notes that an organization is told, in the transaction that tells it; false where it was told before. */
  take?(db: Transaction, each: Concerned): Promise<boolean>;
}

/**
 * Tells the administrators of each organization whom a claim concerns, of the one that claims, and of the lowest that
 * manages both. Where an organization has none, the nearest above it is told; whoever manages both hears it once. Each is told
 * in a transaction of its own: a mail that cannot be written keeps none of the others back.
 * @param once a job that may run again: nobody gets its mails twice
 * @throws AggregateError when some could not be told, after all others were
 */
export async function tellOfDomainClaim<Concerned extends { organization: Organization }>(
  deps: Deps,
  claim: ToldClaim<Concerned>,
  mails: Mails<Concerned>,
  once: JobId,
): Promise<void> {
  const tellings = await inTransaction(deps, async (deps) => plan(deps, claim, mails, once));
  const failures: unknown[] = [];
  for (const telling of tellings) {
    try {
      await inTransaction(deps, telling);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, `${failures.length} of ${tellings.length} could not be told: ${failures[0]}`);
  }
}

type Telling = (deps: Inside<Deps>) => Promise<void>;

/** Finds who reads what. */
async function plan<Concerned extends { organization: Organization }>(
  deps: Inside<Deps>,
  { domain, claimer, concerned }: ToldClaim<Concerned>,
  mails: Mails<Concerned>,
  once: JobId,
): Promise<Telling[]> {
  const above = new Map<OrganizationId, { reader: Organization; concerned: Concerned[] }>();
  for (const each of concerned) {
    const lowest = pathAbove(claimer.path, each.organization.path).split('/').at(-2) as OrganizationId;
    const reader = await findWhoIsTold(deps, lowest);
    if (reader === undefined) continue;
    const group = above.get(reader.id) ?? { reader, concerned: [] };
    group.concerned.push(each);
    above.set(reader.id, group);
  }
  const tell = async (deps: Inside<Deps>, reader: Organization, about: OrganizationId, mail: Mail): Promise<void> => {
    const limit = (name: string, most: number): RecipientLimit => ({ name, overall: most, bySender: most });
    const limits = [limit(`${once} ${about}`, 1), limit(`${mail.kind} ${domain} ${about}`, MOST_A_DAY)];
    await mailAdministrators(deps, reader, mail, { limits });
  };
  const tellings: Telling[] = [];
  const byOthers: Concerned[] = [];
  for (const each of concerned) {
    const { id } = each.organization;
    const reader = await findWhoIsTold(deps, id);
    if (reader !== undefined && above.has(reader.id)) {
      byOthers.push(each);
      continue;
    }
    tellings.push(async (deps) => {
      await keepOrganization(deps, id);
      if ((await mails.take?.(deps.db, each)) === false || reader === undefined) return;
      await tell(deps, reader, id, await mails.elsewhere(deps.db, each, reader));
    });
  }
  const reader = await findWhoIsTold(deps, claimer.id);
  if (reader !== undefined && !above.has(reader.id)) {
    tellings.push(async (deps) => {
      const mail = mails.claimer(reader);
      if (mail !== null) await tell(deps, reader, claimer.id, mail);
    });
  }
  for (const group of above.values()) {
    tellings.push(async (deps) => {
      await keepOrganization(deps, group.reader.id);
      for (const each of group.concerned) if (byOthers.includes(each)) await mails.take?.(deps.db, each);
      await tell(deps, group.reader, group.reader.id, mails.above(group.concerned));
    });
  }
  return tellings;
}
