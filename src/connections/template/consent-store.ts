import { sql } from 'kysely';
import type { Consent } from './consent.ts';
import type { OrganizationId, TemplateId, TrialId } from '../../base/ids.ts';
import { toStorableJson } from '../../base/outside-text.ts';
import type { Database, Transaction } from '../../db/database.ts';

const COLUMNS = [
  'id',
  'templateId',
  'organizationId',
  'email',
  'askedByKind',
  'askedBy',
  'askedByName',
  'madeAt',
  'sentAt',
  'expiresAt',
  'openedAt',
  'requestedAt',
  'directoryId',
  'consentedAt',
  'trialId',
  'testedAt',
  'testedBy',
  'failure',
  'failureValues',
  'failedAt',
  'turnedOnAt',
] as const;

function selectConsents(db: Database) {
  return db.selectFrom('adminConsent').select(COLUMNS);
}

/** The consent of an organization to a template; `lock` holds it for the transaction. */
export async function selectConsent(
  db: Database,
  organizationId: OrganizationId,
  templateId: TemplateId,
  options: { lock?: boolean } = {},
): Promise<Consent | undefined> {
  const query = selectConsents(db).where('organizationId', '=', organizationId).where('templateId', '=', templateId);
  return (options.lock === true ? query.forNoKeyUpdate() : query).executeTakeFirst();
}

/** The consent of a link. Looked up by hash over all organizations; the row names its own. */
export async function selectConsentOfLink(db: Database, tokenHash: Buffer): Promise<Consent | undefined> {
  return selectConsents(db).where('tokenHash', '=', tokenHash).executeTakeFirst();
}

/** Writes a new link; one before it works no more, and what was found out through it is gone. */
export async function putConsent(
  db: Transaction,
  consent: Pick<
    Consent,
    | 'id'
    | 'templateId'
    | 'organizationId'
    | 'email'
    | 'askedByKind'
    | 'askedBy'
    | 'askedByName'
    | 'madeAt'
    | 'sentAt'
    | 'expiresAt'
  >,
  tokenHash: Buffer,
): Promise<void> {
  const fresh = {
    ...consent,
    tokenHash,
    openedAt: null,
    stateHash: null,
    browserHash: null,
    requestedAt: null,
    directoryId: null,
    consentedAt: null,
    trialId: null,
    proofBrowserHash: null,
    testedAt: null,
    testedBy: null,
    failure: null,
    failureValues: '{}',
    failedAt: null,
    turnedOnAt: null,
  };
  await db
    .insertInto('adminConsent')
    .values(fresh)
    .onConflict((conflict) => conflict.columns(['templateId', 'organizationId']).doUpdateSet(fresh))
    .execute();
}

/** Notes the request that goes to the consent page; the one before it can be answered no more. */
export async function updateRequest(
  db: Database,
  { id, organizationId }: Pick<Consent, 'id' | 'organizationId'>,
  request: { stateHash: Buffer; browserHash: Buffer; at: Date },
): Promise<void> {
  const { stateHash, browserHash, at } = request;
  await db
    .updateTable('adminConsent')
    .set((eb) => ({ stateHash, browserHash, requestedAt: at, openedAt: eb.fn.coalesce('openedAt', eb.val(at)) }))
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/**
 * Takes the request of a state: concurrent answers, exactly one gets it. Looked up by hash over all organizations; the row
 * names its own.
 */
export async function takeRequest(
  db: Database,
  stateHash: Buffer,
): Promise<(Consent & { browserHash: Buffer | null }) | undefined> {
  const taken = await db
    .with('taken', (cte) =>
      cte.selectFrom('adminConsent').select(['id', 'browserHash']).where('stateHash', '=', stateHash).forNoKeyUpdate(),
    )
    .updateTable('adminConsent')
    .from('taken')
    .set({ stateHash: null, browserHash: null })
    .whereRef('adminConsent.id', '=', 'taken.id')
    .where('adminConsent.stateHash', '=', stateHash)
    .returning([...COLUMNS.map((column) => `adminConsent.${column}` as const), 'taken.browserHash as browserHash'])
    .executeTakeFirst();
  return taken;
}

/** Changes a consent that its transaction has locked. */
export async function updateConsent(
  db: Transaction,
  { id, organizationId }: Pick<Consent, 'id' | 'organizationId'>,
  change: Partial<
    Pick<
      Consent,
      | 'directoryId'
      | 'consentedAt'
      | 'trialId'
      | 'testedAt'
      | 'testedBy'
      | 'failure'
      | 'failureValues'
      | 'failedAt'
      | 'turnedOnAt'
    >
  > & { proofBrowserHash?: Buffer },
): Promise<void> {
  const { failureValues, ...rest } = change;
  await db
    .updateTable('adminConsent')
    .set({ ...rest, ...(failureValues === undefined ? {} : { failureValues: toStorableJson(failureValues) }) })
    .where('organizationId', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** The consent that a trial is to prove, locked; undefined for every other trial. */
export async function selectConsentOfTrial(
  db: Transaction,
  organizationId: OrganizationId,
  trialId: TrialId,
): Promise<(Consent & { proofBrowserHash: Buffer | null }) | undefined> {
  return selectConsents(db)
    .select('proofBrowserHash')
    .where('organizationId', '=', organizationId)
    .where('trialId', '=', trialId)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Deletes a consent with its link. */
export async function deleteConsent(
  db: Transaction,
  { id, organizationId }: Pick<Consent, 'id' | 'organizationId'>,
): Promise<void> {
  await db.deleteFrom('adminConsent').where('organizationId', '=', organizationId).where('id', '=', id).execute();
}

/** Of two organizations that prove one directory at once the second waits until the first is written. */
export async function lockDirectory(db: Transaction, directoryId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('gatehouse directory'), hashtext(${directoryId}))`.execute(db);
}

/**
 * Whether another organization has a directory: proven by a consent, or by logins through a connection. Over all
 * organizations, with the service's rights: a directory is one customer's.
 */
export async function isDirectoryTaken(db: Database, directoryId: string, except: OrganizationId): Promise<boolean> {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .or([
          eb.exists(
            eb
              .selectFrom('adminConsent')
              .select('adminConsent.id')
              .where('adminConsent.directoryId', '=', directoryId)
              .where('adminConsent.testedAt', 'is not', null)
              .where('adminConsent.organizationId', '!=', except),
          ),
          // Unconfirmed ones prove nothing: anybody can enter the id of any directory.
          eb.exists(
            eb
              .selectFrom('connection')
              .select('connection.id')
              .where('connection.state', '=', 'active')
              .where(sql<boolean>`connection.settings ->> 'directoryId' = ${directoryId}`)
              .where('connection.organizationId', '!=', except),
          ),
        ])
        .as('taken'),
    ])
    .executeTakeFirst();
  return row?.taken === true;
}
