import '../../texts/resources/add-api-resources.ts';
import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { AnswerOf } from '../../api/api-client.ts';
import { shownError, useAnswer, useChange, useMay, useMe } from '../../api/queries.ts';
import { Card, Facts } from '../../parts/card.tsx';
import { CopyValue } from '../../parts/copy-value.tsx';
import { fieldErrors, focusFirstError } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Question } from '../../parts/form/question.tsx';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { useKept } from '../../parts/form/use-kept.ts';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { Skeleton } from '../../parts/list/data-list.tsx';
import { toast } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';
import { PageFailure } from '../states.tsx';
import { ApiResourceFields } from './api-resource-fields.tsx';
import { settingsOf, validate, valuesOf } from './api-resource-values.ts';

type Resource = AnswerOf<'getApiResource'>;

/** One API resource: what its API is configured with, which applications use it, its settings, its end. */
export function ApiResourcePage() {
  const { apiResourceId = '' } = useParams({ strict: false });
  const organizationId = useMe().organization.id;
  const { data, error, refetch } = useAnswer('getApiResource', { params: { organizationId, apiResourceId } });
  const mayEdit = useMay('edit-applications');
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  return (
    <>
      <PageHead
        title={data?.name ?? t('api-resource')}
        line={data === undefined ? '\u00A0' : t('api-resource')}
        back={<Link to="/api-resources">{t('nav.api-resources')}</Link>}
      />
      {data === undefined ? (
        <Card title={t('api-resource.settings')}>
          <Skeleton width={260} />
        </Card>
      ) : (
        <>
          <Identification resource={data} />
          <Applications resource={data} />
          {mayEdit && (
            <>
              <Card title={t('api-resource.settings')}>
                <SettingsForm key={data.id} resource={data} />
              </Card>
              <Remove resource={data} />
            </>
          )}
        </>
      )}
    </>
  );
}

function Identification({ resource }: { resource: Resource }) {
  const isSigned = resource.tokenFormat === 'jwt';
  const at = (path: string): string => `${location.origin}${path}`;
  return (
    <Card title={t('api-resource.identification')}>
      <Facts
        rows={[
          [
            t('api-resource.audience'),
            <CopyValue key="audience" value={resource.audience} name={t('api-resource.audience')} />,
          ],
          [t('issuer'), <CopyValue key="issuer" value={location.origin} name={t('issuer')} />],
          [
            isSigned ? t('api-resource.keys') : t('api-resource.introspection'),
            <CopyValue
              key="address"
              value={at(isSigned ? '/oauth2/keys' : '/oauth2/introspect')}
              name={isSigned ? t('api-resource.keys') : t('api-resource.introspection')}
            />,
          ],
          [t('api-resource.tokens'), t(`api-resource.format.${resource.tokenFormat}`)],
          [t('api-resource.signing'), isSigned ? t(`api-resource.signing.${resource.signingAlgorithm}`) : null],
          [
            t('api-resource.lifetime.short'),
            t('api-resource.lifetime.value', { minutes: resource.tokenLifetime / 60 }),
          ],
          [t('api-resource.scopes'), <ScopeLines key="scopes" scopes={resource.scopes} />],
        ]}
      />
    </Card>
  );
}

function ScopeLines({ scopes }: Pick<Resource, 'scopes'>) {
  return (
    <span className="row-lines">
      {scopes.map(({ scope, description }) => (
        <span key={scope}>
          <code>{scope}</code> {description}
        </span>
      ))}
    </span>
  );
}

function Applications({ resource: { applications } }: { resource: Resource }) {
  return (
    <Card title={t('api-resource.applications')}>
      {applications.length === 0 ? (
        <p className="soft">
          {t('api-resource.applications.none')} <Link to="/applications">{t('api-resource.applications.open')}</Link>
        </p>
      ) : (
        <ul className="points">
          {applications.map(({ id, name, scopes }) => (
            <li key={id}>
              <Link to="/applications/$applicationId" params={{ applicationId: id }}>
                {name}
              </Link>{' '}
              <code>{scopes.join(' ')}</code>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function SettingsForm({ resource }: { resource: Resource }) {
  const element = useRef<HTMLFormElement>(null);
  const formName = `api-resource.${resource.id}`;
  const form = useForm({ initialValues: valuesOf(resource), validate });
  useKept(formName, form.setValues);
  const change = useChange('changeApiResource', (now) => {
    form.setInitialValues(valuesOf(now));
    form.setValues(valuesOf(now));
    toast(t('saved'));
  });
  return (
    <form
      className="form"
      noValidate
      ref={element}
      onSubmit={form.onSubmit(
        (values) =>
          change.mutate(
            {
              params: { organizationId: resource.organization.id, apiResourceId: resource.id },
              body: { ...settingsOf(values), version: resource.version },
            },
            {
              onError: (error) => {
                form.setErrors(fieldErrors(error));
                focusFirstError(element.current);
              },
            },
          ),
        () => focusFirstError(element.current),
      )}
    >
      <ApiResourceFields form={form} chooseAudience={false} />
      <FormProblem error={change.error} />
      <div className="form-actions">
        <Button type="submit" loading={change.isPending}>
          {t('save')}
        </Button>
      </div>
      <UnsavedGuard name={formName} dirty={form.isDirty()} keep={() => form.values} />
    </form>
  );
}

function Remove({ resource }: { resource: Resource }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const remove = useChange('removeApiResource', () => {
    toast(t('api-resource.removed', { name: resource.name }));
    void navigate({ to: '/api-resources' });
  });
  return (
    <Card title={t('api-resource.remove')}>
      <p className="soft">{t('api-resource.remove.text')}</p>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('api-resource.remove')}
      </Button>
      <Question
        opened={asking}
        title={t('api-resource.remove.title', { name: resource.name })}
        confirm={t('api-resource.remove')}
        danger
        typed={resource.name}
        busy={remove.isPending}
        error={shownError(remove.error)}
        onConfirm={() =>
          remove.mutate({
            params: { organizationId: resource.organization.id, apiResourceId: resource.id },
            query: { confirm: resource.name },
          })
        }
        onClose={() => {
          remove.reset();
          setAsking(false);
        }}
      >
        <p>{t('api-resource.remove.what')}</p>
      </Question>
    </Card>
  );
}
