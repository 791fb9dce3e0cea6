import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRef, useState } from 'react';
import type { Application } from '../../../src/api/contract/applications.ts';
import { fieldErrors, focusFirstError } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { useKept } from '../../parts/form/use-kept.ts';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { useChange, useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { ApplicationFields } from './application-fields.tsx';
import { settingsOf, validate, valuesOf } from './application-values.ts';
import { SecretDialog, type ShownSecret } from './secret-dialog.tsx';

/** Changes an application that is registered. */
export function ApplicationForm({ application }: { application: Application }) {
  const { isRootAdministrator } = useMe();
  const element = useRef<HTMLFormElement>(null);
  const formName = `application.${application.id}`;
  const form = useForm({ initialValues: valuesOf(application), validate });
  useKept(formName, form.setValues);
  const [secret, setSecret] = useState<ShownSecret | null>(null);
  const change = useChange('changeApplication', (now) => {
    if (now.clientSecret !== undefined) setSecret({ application: now, clientSecret: now.clientSecret });
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
              params: { organizationId: application.organization.id, applicationId: application.id },
              body: { ...settingsOf(values, isRootAdministrator), version: application.version },
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
      <ApplicationFields
        form={form}
        chooseKind={false}
        maySetFirstParty={isRootAdministrator}
        knownAccess={application.access}
      />
      <FormProblem error={change.error} />
      <div className="form-actions">
        <Button type="submit" loading={change.isPending}>
          {t('save')}
        </Button>
      </div>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
      <UnsavedGuard name={formName} dirty={form.isDirty()} keep={() => form.values} />
    </form>
  );
}
