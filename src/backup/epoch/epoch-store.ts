import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { SEEN_IDENTIFIERS } from './redeemable-tables.ts';
import type { Transaction } from '../../db/database.ts';
import type { MailFailureCode } from '../../mail/mailer.ts';

// Every statement here is over all organizations: a restore concerns the whole installation.

/** What is counted, and told in the audit log. Sessions are ended by their own room. */
export type Ended =
  | 'addressCodes'
  | 'apiTokens'
  | 'consentLinks'
  | 'deviceCodes'
  | 'invitations'
  | 'jobs'
  | 'keptAnswers'
  | 'logins'
  | 'mails'
  | 'resetLinks'
  | 'setupLinks'
  | 'tests'
  | 'tokens';

/** Gives the rest of a transaction of the migrating user the rights of the service, which sees every row. */
export async function enterService(tx: Transaction): Promise<void> {
  await sql`select set_config('role', current_setting('gatehouse.service_role'), true)`.execute(tx);
}

/** Authorization codes, access and refresh tokens of people and of machines, pushed requests. */
export async function deleteTokens(tx: Transaction): Promise<number> {
  return count(
    tx,
    sql`delete from oidc_code`,
    sql`delete from oidc_access_token`,
    sql`delete from oidc_refresh_token`,
    sql`delete from oidc_record where kind <> ${SEEN_IDENTIFIERS}`,
  );
}

export async function deleteDeviceCodes(tx: Transaction): Promise<number> {
  return count(tx, sql`delete from oidc_device_code`);
}

/** Ends the logins that are under way, finished ones included of which no session was made yet. */
export async function endLogins(tx: Transaction, now: Date): Promise<number> {
  await sql`delete from connection_transaction`.execute(tx);
  return count(
    tx,
    sql`update login set ended_at = ${now}, expires_at = least(expires_at, ${now}), version = version + 1
      where ended_at is null and expires_at > ${now}`,
  );
}

/** Links of invitations, redeemed or not: the invitation itself waits for a fresh one. */
export async function revokeInvitationLinks(tx: Transaction, now: Date): Promise<number> {
  return count(
    tx,
    sql`update invitation set expires_at = least(expires_at, ${now}), browser_hash = null
      where accepted_at is null and revoked_at is null and (expires_at > ${now} or browser_hash is not null)`,
  );
}

/** Links that choose a new password, the operator's included. */
export async function revokeResetLinks(tx: Transaction, now: Date): Promise<number> {
  return count(
    tx,
    sql`update reset_link set revoked_at = ${now}
      where used_at is null and revoked_at is null and expires_at > ${now}`,
  );
}

/** Setup links of connections, with the browsers that proved their mailbox, and the one of a new installation. */
export async function revokeSetupLinks(tx: Transaction, now: Date): Promise<number> {
  await sql`delete from setup_visit`.execute(tx);
  return count(
    tx,
    sql`update setup_link set expires_at = ${now} where expires_at > ${now}`,
    sql`update setup_invitation set expires_at = ${now} where expires_at > ${now}`,
  );
}

/** Links that ask for an admin consent, and those that were opened. */
export async function revokeConsentLinks(tx: Transaction, now: Date): Promise<number> {
  return count(
    tx,
    sql`update admin_consent set expires_at = least(expires_at, ${now}), state_hash = null, browser_hash = null,
      proof_browser_hash = null
      where expires_at > ${now} or state_hash is not null or proof_browser_hash is not null`,
  );
}

/** Tests of connections with their links; what came of them goes with them. */
export async function deleteTests(tx: Transaction): Promise<number> {
  return count(tx, sql`delete from trial`);
}

/** Codes and links that prove an address; that it is not proven yet stays known. */
export async function endAddressProofs(tx: Transaction, now: Date): Promise<number> {
  return count(
    tx,
    sql`delete from address_code`,
    sql`update address_proof set expires_at = ${now} where expires_at > ${now}`,
  );
}

export async function revokeApiTokens(tx: Transaction, now: Date): Promise<number> {
  return count(tx, sql`update api_token set revoked_at = ${now} where revoked_at is null and expires_at > ${now}`);
}

/** Answers kept for an `Idempotency-Key`, some of which hold a secret. */
export async function deleteKeptAnswers(tx: Transaction): Promise<number> {
  return count(tx, sql`delete from idempotency_key`);
}

/** Gives up what waits to be mailed: it may have been sent since the backup, and its links and codes are void. */
export async function giveUpMails(tx: Transaction, now: Date): Promise<number> {
  const code: MailFailureCode = 'restored';
  return count(
    tx,
    sql`update mail_outbox set sealed_message = null, failed_at = ${now}, next_attempt_at = null,
      error_code = ${code}, last_error = null
      where sealed_message is not null and sent_at is null and failed_at is null`,
  );
}

/** Jobs of these kinds that wait or run. */
export async function deleteJobs(tx: Transaction, kinds: readonly string[]): Promise<number> {
  return count(tx, sql`delete from job where kind = any (${kinds}) and failed_at is null`);
}

async function count(tx: Transaction, ...statements: RawBuilder<unknown>[]): Promise<number> {
  let rows = 0;
  for (const statement of statements) rows += Number((await statement.execute(tx)).numAffectedRows ?? 0);
  return rows;
}
