import '../../texts/connections/add-templates.ts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { SecretInput } from '../../parts/form/secret-input.tsx';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { useChange, useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { CLOUDS } from '../authentication/settings-values.ts';
import { StaleProofNotice } from '../authentication/stale-proof-notice.tsx';
import { endOfDay } from './day.ts';

/** Dialog *Add template*: the registration, once; its page shows what has to be registered. */
export function AddTemplate({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('template.title')}
      size={560}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <TemplateForm onClose={onClose} />
    </Modal>
  );
}

function TemplateForm({ onClose }: { onClose: () => void }) {
  const { organization } = useMe();
  const navigate = useNavigate();
  const needed = (text: string): string | null => (text.trim() === '' ? t('template.missing') : null);
  const form = useForm({
    initialValues: {
      name: '',
      clientId: '',
      cloud: CLOUDS[0],
      clientSecret: '',
      expires: '',
    },
    validate: { name: needed, clientId: needed },
  });
  const create = useChange('createTemplate', ({ id, name }) => {
    toast(t('templates.added', { name }));
    void navigate({ to: '/connection-templates/$templateId', params: { templateId: id } });
  });
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit(({ name, clientId, cloud, clientSecret, expires }) =>
        create.mutate(
          {
            params: { organizationId: organization.id },
            body: {
              name,
              clientId,
              cloud,
              ...(clientSecret === '' ? {} : { clientSecret, credentialExpiresAt: endOfDay(expires) }),
            },
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p>{t('template.text')}</p>
      <StaleProofNotice />
      <TextInput
        label={t('template.name')}
        description={t('template.name.help')}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('template.client-id')}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('clientId')}
      />
      <NativeSelect
        label={t('cloud')}
        description={t('cloud.help')}
        data={CLOUDS.map((value) => ({ value, label: t(`cloud.${value}`) }))}
        {...form.getInputProps('cloud')}
      />
      <SecretInput
        label={t('template.secret')}
        description={t('template.secret.help')}
        {...form.getInputProps('clientSecret')}
      />
      {form.values.clientSecret !== '' && (
        <TextInput
          type="date"
          label={t('template.expires')}
          description={t('template.expires.help')}
          {...form.getInputProps('expires')}
        />
      )}
      <FormProblem error={create.error} />
      <DialogActions confirm={t('templates.add')} busy={create.isPending} onClose={onClose} />
    </form>
  );
}
