import { Link } from '@tanstack/react-router';
import type { System, UnknownClientId } from '../../../src/api/contract/system/system.ts';
import { Card } from '../../parts/card.tsx';
import { DataList, type Column } from '../../parts/list/data-list.tsx';
import { Moment } from '../../parts/moment.tsx';
import { t } from '../../texts/t.ts';

/** Client IDs that requests named and no application has: mistyped, removed, or tried by a stranger. */
export function UnknownClientIdsCard({ unknownClientIds }: Pick<System, 'unknownClientIds'>) {
  const any = unknownClientIds.length > 0;
  const register = (
    <Link className="button-link" data-quiet to="/applications/register">
      {t('system.unknown.register')}
    </Link>
  );
  return (
    <Card title={t('system.unknown')} actions={any ? register : undefined} bare>
      <div className="card-body">
        <p className={any ? 'soft' : undefined}>{t(any ? 'system.unknown.text' : 'system.unknown.none')}</p>
      </div>
      {any && (
        <DataList
          label={t('system.unknown')}
          columns={columns()}
          rows={unknownClientIds}
          rowKey={({ clientId }) => clientId}
          empty={null}
        />
      )}
    </Card>
  );
}

function columns(): Column<UnknownClientId>[] {
  return [
    {
      title: t('client-id'),
      cell: ({ clientId }) => (
        <span className="row-address">
          <code>
            <bdi dir="ltr">{clientId}</bdi>
          </code>
        </span>
      ),
    },
    { title: t('system.unknown.count'), cell: ({ count }) => t('system.unknown.times', { count }), end: true },
    { title: t('system.unknown.last'), cell: ({ lastAt }) => <Moment at={lastAt} /> },
    { title: t('system.unknown.first'), cell: ({ firstAt }) => <Moment at={firstAt} /> },
  ];
}
