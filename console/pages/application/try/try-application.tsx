import '../../../texts/applications/add-try.ts';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useAnswer, useMe } from '../../../api/queries.ts';
import { useConsole } from '../../../console-context.ts';
import { Card } from '../../../parts/card.tsx';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { PageHead } from '../../../parts/frame/page-head.tsx';
import { t } from '../../../texts/t.ts';
import { PageFailure } from '../../states.tsx';
import { beginTry } from './try-login.ts';

/** *Try it*, in a window of its own: what will happen, and the button that leaves for the login. */
export function TryApplicationPage() {
  const { applicationId = '' } = useParams({ strict: false });
  const organizationId = useMe().organization.id;
  const { api, onFailure } = useConsole();
  const { data, error, refetch } = useAnswer('getApplication', { params: { organizationId, applicationId } });
  const begin = useMutation({
    mutationFn: async () => beginTry(api, organizationId, applicationId),
    onError: onFailure,
  });
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={t('try.title', { name: data?.name ?? '' })}
        line={t('try.line')}
        back={
          <Link to="/applications/$applicationId" params={{ applicationId }}>
            {data?.name ?? t('application')}
          </Link>
        }
      />
      <Card title={t('try.what')}>
        <ul className="points">
          <li>{t('try.what.as-you')}</li>
          <li>{t('try.what.settings')}</li>
          <li>{t('try.what.nothing')}</li>
        </ul>
        <FormProblem error={begin.error} />
        <Button loading={begin.isPending || begin.isSuccess} onClick={() => begin.mutate()}>
          {t('try.begin')}
        </Button>
      </Card>
    </>
  );
}
