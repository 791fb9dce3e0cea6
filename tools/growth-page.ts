import { GROWTH } from '../src/db/growth/growth.ts';
import type { Bound } from '../src/db/growth/growth.ts';
import { RETENTION_JOBS } from '../src/db/growth/retention-jobs.ts';
import { LIMITS } from '../src/db/limits/limits.ts';
import { LEAST_AUDIT_DAYS, RETENTION_DAYS } from '../src/db/retention.ts';
import { QUOTA_DEFAULTS, QUOTA_KINDS } from '../src/organizations/quotas/quota.ts';

/** `docs/reference/growth.md`: what bounds every table, and every limit with its default. */
export function growthPage(note: string): { file: string; content: string } {
  const tables = Object.entries(GROWTH).toSorted(([one], [other]) => one.localeCompare(other, 'en'));
  return {
    file: 'docs/reference/growth.md',
    content: `# What bounds the database

${note}

Every table is bounded. A table that is new fails the suite until it stands here.

## Tables

| table | bounded by | |
|---|---|---|
${tables.map(([table, bound]) => `| \`${table}\` | ${sentence(bound)} | ${job(bound)} |`).join('\n')}

## Days

Rows of \`retention_policy\` say otherwise: \`insert into retention_policy (kind, days) values ('audit', 730)\`. Audit events are kept for at
least ${LEAST_AUDIT_DAYS} days; the database deletes none that is younger, whatever the row says.

| kind | days | job |
|---|---|---|
${Object.entries(RETENTION_DAYS)
  .map(([kind, days]) => `| \`${kind}\` | ${days} | ${jobsOf(kind)} |`)
  .join('\n')}

## Trees

How much the tree of an organization, it and all below it, may hold. Administrators of the root set other limits of managed organizations; the
root's own are rows that the operator writes: \`insert into quota_policy (organization_id, kind, most) select id, 'users', 3000000 from
organization where depth = 1\`.

| kind | a customer of the root | the whole installation |
|---|---|---|
${QUOTA_KINDS.map((kind) => `| \`${kind}\` | ${QUOTA_DEFAULTS.managed[kind]} | ${QUOTA_DEFAULTS.root[kind]} |`).join('\n')}

## Networks and users

| limit | most | |
|---|---|---|
| \`network-logins\` | ${LIMITS['network-logins']} | logins begun from one network (an IPv4 address, an IPv6 /64) in ten minutes; \`limit_policy\` |
| \`user-sessions\` | ${LIMITS['user-sessions']} | live sessions of one user; the next login ends the one used longest ago; \`limit_policy\` |
| \`network-device-codes\` | ${LIMITS['network-device-codes']} | codes of devices entered from one network, or by one user, in ten minutes; \`limit_policy\` |
| \`device-codes\` | ${LIMITS['device-codes']} | wrong codes of devices in ten minutes where nobody is logged in; \`limit_policy\` |
| passwords that wait | the fair queue of [sizing](../guides/sizing.md) | each network waits behind its own alone |
`,
  };
}

function sentence(bound: Bound): string {
  switch (bound.by) {
    case 'days':
      return `\`${bound.kind}\`: ${RETENTION_DAYS[bound.kind]} days${bound.also === undefined ? '' : `; ${bound.also}`}`;
    case 'end':
      return `its end: ${bound.ends}${bound.limit === undefined ? '' : `; \`${bound.limit}\``}`;
    case 'partitions':
      return `a partition a day, dropped ${bound.days === 1 ? 'a day' : `${bound.days} days`} after its own`;
    case 'quota':
      return `the quota \`${bound.kind}\` of its tree`;
    case 'parent':
      return `of each row of \`${bound.parent}\`: ${bound.most}`;
    case 'constant':
      return `a few rows: ${bound.what}`;
    case 'kept':
      return `kept on purpose: ${bound.why}`;
  }
}

function job(bound: Bound): string {
  if (bound.by === 'partitions') return '`keep-partitions`';
  return (bound.by === 'days' || bound.by === 'end') && bound.job !== undefined ? `\`${bound.job}\`` : '';
}

function jobsOf(kind: string): string {
  return Object.entries(RETENTION_JOBS)
    .flatMap(([name, one]) => ('kept' in one && one.kept.kind === kind ? [`\`${name}\``] : []))
    .join(', ');
}
