import { Button } from '@mantine/core';
import { useState } from 'react';
import type { JobQueue, RetentionRun, System } from '../../../src/api/contract/system/system.ts';
import { Card, Facts } from '../../parts/card.tsx';
import { DataList, type Column } from '../../parts/list/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { dayOf, sinceNow, sizeOf, t } from '../../texts/t.ts';

/** Server processes: which version, where, since when. */
export function ServersCard({ servers }: Pick<System, 'servers'>) {
  return (
    <Card title={t('system.servers')} bare={servers.length > 0}>
      {servers.length === 0 ? (
        <p>{t('system.servers.none')}</p>
      ) : (
        <DataList
          label={t('system.servers')}
          columns={serverColumns()}
          rows={servers}
          rowKey={({ id }) => id}
          empty={null}
        />
      )}
    </Card>
  );
}

type ServerRow = System['servers'][number];

function serverColumns(): Column<ServerRow>[] {
  return [
    { title: t('system.server'), cell: ({ hostName }) => hostName },
    {
      title: t('state'),
      cell: ({ lost }) =>
        lost ? (
          <StateChip tone="bad">{t('system.server.lost')}</StateChip>
        ) : (
          <StateChip tone="good">{t('system.server.runs')}</StateChip>
        ),
    },
    { title: t('system.server.version'), cell: ({ version }) => version },
    { title: t('system.server.started'), cell: ({ startedAt }) => <Moment at={startedAt} /> },
    { title: t('system.server.seen'), cell: ({ seenAt }) => <Moment at={seenAt} /> },
  ];
}

/** Size, connections, and the way to the database. */
export function DatabaseCard({ database, schema }: Pick<System, 'database'> & { schema: string }) {
  const { bytes, tables, connections, encryption, local } = database;
  const way =
    encryption === null
      ? t(local ? 'system.database.local' : 'system.database.open')
      : t('system.database.encrypted', { protocol: encryption });
  return (
    <Card title={t('system.database')}>
      <Facts
        rows={[
          [t('system.database.size'), sizeOf(bytes)],
          [
            t('system.database.largest'),
            <Lines key="tables" lines={tables.map((table) => `${table.name}: ${sizeOf(table.bytes)}`)} />,
          ],
          [t('system.database.connections'), t('system.database.connections.used', connections)],
          [t('system.database.way'), way],
          [t('system.database.schema'), schema],
        ]}
      />
    </Card>
  );
}

/** Signing keys, master keys, and the disk they are kept on. */
export function KeysCard({ system: { signingKeys, masterKeys, disk } }: { system: System }) {
  const keys = signingKeys.map(({ algorithm, state, since, until }) => {
    const day = dayOf(new Date(state === 'signing' ? since : (until ?? since)));
    return t(`system.keys.${state}`, { algorithm, day });
  });
  const masters = masterKeys.map((version, place) => (place === 0 ? t('system.keys.seals', { version }) : version));
  return (
    <Card title={t('system.keys')}>
      <Facts
        rows={[
          [t('system.keys.tokens'), <Lines key="signing" lines={keys} />],
          [t('system.keys.master'), <Lines key="master" lines={masters} />],
          [
            t('system.disk'),
            disk === null
              ? t('system.disk.none')
              : t('system.disk.free', { free: sizeOf(disk.freeBytes), total: sizeOf(disk.totalBytes) }),
          ],
        ]}
      />
    </Card>
  );
}

/** What became of the last backup and of its verification, and whether the log is archived. */
export function BackupsCard({ backups: { runs, verifiedAt, log } }: Pick<System, 'backups'>) {
  const states = runs.map(({ kind, endedAt, bytes, outcome, fileName }) => {
    const values = { file: fileName, since: sinceNow(new Date(endedAt), new Date()) };
    if (outcome !== 'done') return t(`system.backups.${kind}.failed`, { ...values, outcome });
    return t(`system.backups.${kind}`, { ...values, size: bytes === null ? '' : sizeOf(bytes) });
  });
  const archived = log?.archivedAt ?? null;
  return (
    <Card title={t('system.backups')}>
      <Facts
        rows={[
          [
            t('system.backups.last'),
            states.length === 0 ? t('system.backups.none') : <Lines key="runs" lines={states} />,
          ],
          [
            t('system.backups.verified'),
            verifiedAt === null ? t('system.backups.verified.none') : <Moment key="verified" at={verifiedAt} />,
          ],
          [
            t('system.backups.log'),
            log === null ? (
              t('system.backups.log.none')
            ) : (
              <Lines
                key="log"
                lines={[
                  t('system.backups.log.folder', { folder: log.folder }),
                  archived === null
                    ? t('system.backups.log.nothing')
                    : t('system.backups.log.at', { since: sinceNow(new Date(archived), new Date()) }),
                ]}
              />
            ),
          ],
        ]}
      />
    </Card>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <span className="row-lines">
      {lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </span>
  );
}

/** Background work: what waits for a server or failed; every kind when asked for. */
export function JobsCard({ jobs }: Pick<System, 'jobs'>) {
  const [all, setAll] = useState(false);
  const shown = all ? jobs : jobs.filter((queue) => queue.running > 0 || queue.failed > 0 || isLate(queue));
  const toggle = (
    <Button variant="subtle" size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
      {t(all ? 'system.jobs.fewer' : 'system.jobs.all')}
    </Button>
  );
  return (
    <Card title={t('system.jobs')} actions={toggle} bare={shown.length > 0}>
      {shown.length === 0 ? (
        <p>{t('system.jobs.quiet')}</p>
      ) : (
        <DataList
          label={t('system.jobs')}
          columns={jobColumns()}
          rows={shown}
          rowKey={({ kind }) => kind}
          empty={null}
        />
      )}
    </Card>
  );
}

function jobColumns(): Column<JobQueue>[] {
  return [
    {
      title: t('system.jobs.kind'),
      cell: ({ kind, lastError, ...queue }) => (
        <span className="row-lines">
          <code>{kind}</code>
          {isLate(queue) && (
            <span className="soft small">
              {t('system.jobs.oldest', { since: sinceNow(new Date(queue.oldestDueAt ?? ''), new Date()) })}
            </span>
          )}
          {lastError !== null && <bdi className="soft small">{lastError}</bdi>}
        </span>
      ),
    },
    { title: t('system.jobs.running'), cell: ({ running }) => running, end: true },
    { title: t('system.jobs.due'), cell: ({ due }) => due, end: true },
    { title: t('system.jobs.planned'), cell: ({ planned }) => planned, end: true },
    { title: t('system.jobs.failed'), cell: ({ failed }) => failed, end: true },
  ];
}

/** A server takes what is due within moments; what waits for a minute waits. */
function isLate({ oldestDueAt }: Pick<JobQueue, 'oldestDueAt'>): boolean {
  return oldestDueAt !== null && Date.now() - new Date(oldestDueAt).getTime() > 60_000;
}

/** What the jobs did that remove what is over: in a sentence, each of them when asked for. */
export function RetentionCard({ retention }: Pick<System, 'retention'>) {
  const [all, setAll] = useState(false);
  const toggle = (
    <Button variant="subtle" size="sm" aria-expanded={all} onClick={() => setAll(!all)}>
      {t(all ? 'system.retention.fewer' : 'system.retention.all')}
    </Button>
  );
  return (
    <Card title={t('system.retention')} actions={toggle} bare={all}>
      {all ? (
        <DataList
          label={t('system.retention')}
          columns={retentionColumns()}
          rows={retention}
          rowKey={({ job }) => job}
          empty={null}
        />
      ) : (
        <p>{retentionSentence(retention)}</p>
      )}
    </Card>
  );
}

function retentionSentence(retention: readonly RetentionRun[]): string {
  const waiting = retention.filter(({ ranAt }) => ranAt === null).length;
  if (waiting > 0) return t('system.retention.waiting', { count: waiting });
  const first = retention.map(({ ranAt }) => ranAt ?? '').toSorted()[0] ?? '';
  const rows = retention.reduce((sum, { removedInAll }) => sum + removedInAll, 0);
  return t('system.retention.ran-all', { since: sinceNow(new Date(first), new Date()), rows });
}

function retentionColumns(): Column<RetentionRun>[] {
  return [
    { title: t('system.jobs.kind'), cell: ({ job }) => <code>{job}</code> },
    {
      title: t('system.retention.ran'),
      cell: ({ ranAt }) => (ranAt === null ? <span className="soft">{t('never')}</span> : <Moment at={ranAt} />),
    },
    { title: t('system.retention.removed'), cell: ({ removed }) => removed, end: true },
    { title: t('system.retention.in-all'), cell: ({ removedInAll }) => removedInAll, end: true },
    {
      title: t('system.retention.oldest'),
      cell: ({ oldestAt }) => (oldestAt === null ? '' : <Moment at={oldestAt} />),
    },
  ];
}
