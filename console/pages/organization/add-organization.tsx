import { Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { useChange } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

/** Dialog *Add organization*: a name is enough, the rest is set on its page. */
export function AddOrganization({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('organizations.add')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <AddForm onClose={onClose} />
    </Modal>
  );
}

function AddForm({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: '', supportContact: '' },
    validate: { name: (name) => (name.trim() === '' ? t('field.required') : null) },
  });
  const create = useChange('createOrganization', (made) => {
    toast(t('organizations.added', { name: made.name }));
    onClose();
    void navigate({ to: '/managed-organizations/$organizationId', params: { organizationId: made.id } });
  });
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit(({ name, supportContact }) =>
        create.mutate(
          { body: { name: name.trim(), supportContact: supportContact.trim() || null } },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p className="soft">{t('organizations.add.text')}</p>
      <TextInput label={t('organizations.name')} data-autofocus maxLength={120} {...form.getInputProps('name')} />
      <TextInput
        label={t('support-contact.optional')}
        description={t('support-contact.help')}
        {...form.getInputProps('supportContact')}
      />
      <FormProblem error={create.error} />
      <DialogActions confirm={t('organizations.add')} busy={create.isPending} onClose={onClose} />
    </form>
  );
}
