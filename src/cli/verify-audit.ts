import { verifySeals } from '../audit/verify-seals.ts';
import type { BrokenSeal, Verification } from '../audit/verify-seals.ts';
import { formatId } from '../base/ids.ts';
import type { Text } from '../texts/catalog.ts';
import { openInstallation } from './installation/installation.ts';
import type { InstallationDeps } from './installation/installation.ts';
import type { Result } from './terminal.ts';

/** `gatehouse audit verify`: whether the audit log is as it was sealed; names the first seal or event that is not. */
export async function verifyAudit(deps: InstallationDeps): Promise<Result> {
  await using installation = await openInstallation(deps);
  const found = await verifySeals({ ...deps, db: installation.database.db, secrets: installation.secrets });
  const broken = found.broken === null ? null : outside(found.broken);
  const { seals, events, retired, last } = found;
  const waiting = { count: found.waiting.count, since: found.waiting.since?.toISOString() ?? null };
  return {
    data: { good: broken === null, broken, seals, events, retired, waiting, last },
    text: sentences(deps.t, found).join('\n'),
    good: broken === null,
  };
}

function sentences(t: Text, { broken, seals, events, retired, waiting, last }: Verification): string[] {
  const unsealed = waiting.count === 0 ? [] : [t('cli.audit.waiting', { count: waiting.count })];
  const gone = retired === 0 ? [] : [t('cli.audit.retired', { count: retired })];
  const head = last === null ? [] : [t('cli.audit.last', { number: last.number, digest: last.digest })];
  if (broken === null) return [t('cli.audit.sound', { seals, events }), ...gone, ...unsealed, ...head];
  const { fault, organization, segment, event } = outside(broken);
  const where = t('cli.audit.where', {
    organization: organization ?? '–',
    segment: segment ?? '–',
    event: event ?? '–',
  });
  return [t(`cli.audit.${fault}`), where, ...unsealed, ...head];
}

function outside({ fault, organizationId, segment, eventId }: BrokenSeal) {
  return {
    fault,
    organization: organizationId === null ? null : formatId('org', organizationId),
    segment,
    event: eventId === null ? null : formatId('evt', eventId),
  };
}
