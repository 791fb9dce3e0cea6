import '../../texts/resources/add-api-resources.ts';
import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { fieldErrors, focusFirstError } from '../../parts/form/field-errors.ts';
import { Card } from '../../parts/card.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { toast } from '../../parts/toast.ts';
import { useKept } from '../../parts/form/use-kept.ts';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { useChange, useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { StaleProofNotice } from '../authentication/stale-proof-notice.tsx';
import { ApiResourceFields } from './api-resource-fields.tsx';
import { emptyApiResource, settingsOf, validateNew } from './api-resource-values.ts';

const FORM = 'add-api-resource';

/** *Add API resource*: its page, where it leads, shows what the API is configured with. */
export function AddApiResource() {
  const { organization } = useMe();
  const navigate = useNavigate();
  const element = useRef<HTMLFormElement>(null);
  const [initialValues] = useState(emptyApiResource);
  const form = useForm({ initialValues, validate: validateNew });
  useKept(FORM, form.setValues);
  const [made, setMade] = useState<string | null>(null);
  const make = useChange('makeApiResource', ({ id, name }) => {
    toast(t('api-resources.added', { name }));
    setMade(id);
  });
  // Once nothing is unsaved any more.
  useEffect(() => {
    if (made !== null) void navigate({ to: '/api-resources/$apiResourceId', params: { apiResourceId: made } });
  }, [made, navigate]);
  return (
    <>
      <PageHead
        title={t('api-resources.add')}
        line={t('api-resources.line', { name: organization.name })}
        back={<Link to="/api-resources">{t('nav.api-resources')}</Link>}
      />
      <Card title={t('api-resource.settings')}>
        <form
          className="form"
          noValidate
          ref={element}
          onSubmit={form.onSubmit(
            (values) =>
              make.mutate(
                {
                  params: { organizationId: organization.id },
                  body: { audience: values.audience.trim(), ...settingsOf(values) },
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
          <StaleProofNotice />
          <ApiResourceFields form={form} chooseAudience />
          <FormProblem error={make.error} />
          <div className="form-actions">
            <Button type="submit" loading={make.isPending}>
              {t('api-resources.add')}
            </Button>
            <Button variant="default" onClick={() => void navigate({ to: '/api-resources' })}>
              {t('cancel')}
            </Button>
          </div>
        </form>
      </Card>
      <UnsavedGuard name={FORM} dirty={form.isDirty() && made === null} keep={() => form.values} />
    </>
  );
}
