import '../../texts/system/add-system.ts';
import type { System } from '../../../src/api/contract/system/system.ts';
import { useAnswer, useMe } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { Skeleton } from '../../parts/list/data-list.tsx';
import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';
import { NotFound, PageFailure } from '../states.tsx';
import { BackupsCard, DatabaseCard, JobsCard, KeysCard, RetentionCard, ServersCard } from './facts-cards.tsx';
import { UnknownClientIdsCard } from './unknown-client-ids.tsx';
import { MailsSection } from './mails-section.tsx';

/** *System*: how the whole service stands, for administrators of the root organization; for all others there is no such page. */
export function SystemPage() {
  const { isRootAdministrator } = useMe();
  return isRootAdministrator ? <Sections /> : <NotFound />;
}

function Sections() {
  const { data, error, refetch } = useAnswer('getSystem', {});
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  const line =
    data === undefined
      ? '\u00A0'
      : t('system.line', { version: data.versions.gatehouse, postgres: data.versions.postgres });
  return (
    <>
      <PageHead title={t('nav.system')} line={line} />
      {data === undefined ? (
        <Card title={t('system.attention')}>
          <Skeleton width={240} />
        </Card>
      ) : (
        <>
          <Warnings warnings={data.warnings} />
          <ServersCard servers={data.servers} />
          <DatabaseCard database={data.database} schema={data.versions.schema} />
          <BackupsCard backups={data.backups} />
          <KeysCard system={data} />
          <JobsCard jobs={data.jobs} />
          <UnknownClientIdsCard unknownClientIds={data.unknownClientIds} />
          <RetentionCard retention={data.retention} />
          <MailsSection byServer={data.mails.byServer} />
        </>
      )}
    </>
  );
}

function Warnings({ warnings }: Pick<System, 'warnings'>) {
  if (warnings.length === 0) return <Notice>{t('system.fine')}</Notice>;
  return (
    <Card title={t('system.attention')}>
      {warnings.map(({ code, what, fix }) => (
        <Notice key={code} tone="warn">
          <p>
            <strong>{what}</strong>
          </p>
          <p>{fix}</p>
        </Notice>
      ))}
    </Card>
  );
}
