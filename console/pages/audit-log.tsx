import '../texts/add-events.ts';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AuditEvent } from '../../src/api/contract/audit.ts';
import { DataList, type Column } from '../parts/list/data-list.tsx';
import { FilterChoice } from '../parts/list/filter-choice.tsx';
import { Empty, NoMatch } from '../parts/list/empty.tsx';
import { TimeFoot } from '../parts/list/list-foot.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageHead } from '../parts/frame/page-head.tsx';
import { useAnswer, useMe } from '../api/queries.ts';
import { useScope } from '../scope.ts';
import { t } from '../texts/t.ts';
import { actorName, detailRows, eventKinds, eventName, eventSentence } from './audit/event-texts.ts';
import { PersonFilter } from './audit/person-filter.tsx';
import { Facts } from '../parts/card.tsx';
import { PageFailure } from './states.tsx';

/** *Audit log*: what happened in one's own organization, or the section of a managed one; the newest first, read-only. */
export function AuditLogPage() {
  const scope = useScope();
  const { kind, user, cursor } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { organization } = useMe();
  const [open, setOpen] = useState<string | null>(null);
  const { organizationId } = scope;
  const place = scope.mine ? '/audit-log' : scope.section('audit-log');
  const list = useAnswer(
    'listAuditEvents',
    { params: { organizationId }, query: { kind, userId: user, cursor, limit: 50 } },
    { keep: true },
  );
  if (list.error !== null && list.data === undefined) {
    return <PageFailure error={list.error} reset={() => void list.refetch()} />;
  }
  const filtered = kind !== undefined || user !== undefined;
  return (
    <>
      {scope.mine && <PageHead title={t('nav.audit')} line={t('audit.line', { name: organization.name })} />}
      <div className="filters">
        <PersonFilter
          organizationId={organizationId}
          userId={user}
          onChoose={(userId) => void navigate({ to: place, search: (old) => ({ kind: old.kind, user: userId }) })}
        />
        <FilterChoice
          label={t('audit.kind')}
          value={kind}
          unchosen={t('audit.any-kind')}
          options={eventKinds().map((value) => ({ value, label: eventName(value) }))}
          onChoose={(chosen) => void navigate({ to: place, search: (old) => ({ user: old.user, kind: chosen }) })}
        />
      </div>
      <DataList
        label={t('nav.audit')}
        columns={columns(open, setOpen)}
        rows={list.data?.items}
        rowKey={(row) => row.id}
        stale={list.isPlaceholderData}
        below={(row) => (row.id === open ? <Details event={row} /> : null)}
        empty={
          filtered ? (
            <NoMatch onClear={() => void navigate({ to: place, search: {} })} />
          ) : (
            <Empty title={t('audit.none')} text={t('audit.none.text')} />
          )
        }
      />
      <TimeFoot cursor={cursor} nextCursor={list.data?.nextCursor ?? null} />
    </>
  );
}

function columns(open: string | null, setOpen: (id: string | null) => void): Column<AuditEvent>[] {
  return [
    { title: t('audit.what'), cell: (row) => <span className="event">{eventSentence(row)}</span> },
    { title: t('audit.who'), cell: (row) => <span className="soft">{actorName(row.actor)}</span> },
    { title: t('audit.when'), cell: (row) => <Moment at={row.occurredAt} /> },
    {
      title: t('audit.details'),
      actions: true,
      cell: (row) => {
        const opened = open === row.id;
        return (
          <Button
            variant="subtle"
            size="sm"
            aria-expanded={opened}
            aria-controls={`details-${row.id}`}
            aria-label={t(opened ? 'audit.details.hide.label' : 'audit.details.label', { event: eventSentence(row) })}
            onClick={() => setOpen(opened ? null : row.id)}
          >
            {opened ? t('audit.details.hide') : t('audit.details')}
          </Button>
        );
      },
    },
  ];
}

function Details({ event }: { event: AuditEvent }) {
  const scope = useScope();
  const reference = event.details['reference'];
  return (
    <tr role="row" className="row-details" id={`details-${event.id}`}>
      <td role="cell" colSpan={4}>
        <Facts rows={detailRows(event)} />
        {typeof reference === 'string' && event.kind !== 'api.refused' && (
          <p>
            <Link to={scope.login(reference)}>{t('why.of-event')}</Link>
          </p>
        )}
      </td>
    </tr>
  );
}
