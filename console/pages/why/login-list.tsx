import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { loginOutcome, type Login, type LoginOutcome } from '../../../src/api/contract/logins.ts';
import { DataList, type Column } from '../../parts/list/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StateChip, type Tone } from '../../parts/state-chip.tsx';
import { useScope, type Scope } from '../../scope.ts';
import { t } from '../../texts/t.ts';

const TONES: Record<LoginOutcome, Tone> = {
  succeeded: 'good',
  refused: 'bad',
  failed: 'bad',
  unreturned: 'warn',
  unfinished: 'idle',
  'under-way': 'idle',
};

/** Outcomes for choosing. */
export const OUTCOMES = loginOutcome.options.map((value) => ({ value, label: t(`outcome.${value}`) }));

/** How a login ended. */
export function OutcomeChip({ outcome }: { outcome: LoginOutcome }) {
  return <StateChip tone={TONES[outcome]}>{t(`outcome.${outcome}`)}</StateChip>;
}

/** Logins with their reasons; each leads to its *Why?*. */
export function LoginList({
  rows,
  stale = false,
  empty,
}: {
  rows: readonly Login[] | undefined;
  stale?: boolean;
  empty: ReactNode;
}) {
  const scope = useScope();
  return (
    <DataList
      label={t('why.logins')}
      columns={columns(scope)}
      rows={rows}
      rowKey={(row) => row.reference}
      stale={stale}
      empty={empty}
    />
  );
}

function columns(scope: Scope): Column<Login>[] {
  return [
    {
      title: t('why.who'),
      cell: (row) => (
        <span className="row-lines">
          <Link className="row-name" to={scope.login(row.reference)}>
            <bdi dir="ltr">{row.email ?? t('why.nobody')}</bdi>
          </Link>
          <span className="soft small">{row.application}</span>
        </span>
      ),
    },
    { title: t('why.outcome'), cell: (row) => <OutcomeChip outcome={row.outcome} /> },
    { title: t('why.reason'), cell: (row) => row.cause && <span className="event">{row.cause.what}</span> },
    { title: t('why.reference'), cell: (row) => <code>{row.reference}</code> },
    { title: t('why.began'), cell: (row) => <Moment at={row.beganAt} /> },
  ];
}
