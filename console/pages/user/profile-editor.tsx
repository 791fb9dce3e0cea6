import { Button, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { useChange } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

/** What the user is called, and in which language addressed. */
export function Profile({ user, mayEdit }: { user: UserDetail; mayEdit: boolean }) {
  const [editing, setEditing] = useState(false);
  const close = (): void => setEditing(false);
  return (
    <span className="row-inline">
      {user.name ?? <span className="soft">{t('profile.none')}</span>}
      {user.locale !== null && <span className="soft">{user.locale}</span>}
      {mayEdit && (
        <Button variant="default" size="sm" onClick={() => setEditing(true)}>
          {t('profile.change')}
        </Button>
      )}
      <Modal
        opened={editing}
        onClose={close}
        title={t('profile.change.title', { email: user.email })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {editing && <ProfileForm user={user} onClose={close} />}
      </Modal>
    </span>
  );
}

function ProfileForm({ user, onClose }: { user: UserDetail; onClose: () => void }) {
  const form = useForm({
    initialValues: {
      givenName: user.givenName ?? '',
      familyName: user.familyName ?? '',
      name: user.name ?? '',
      locale: user.locale ?? '',
    },
  });
  const change = useChange('changeUser', () => {
    toast(t('profile.changed'));
    onClose();
  });
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit((values) =>
        change.mutate(
          {
            params: { organizationId: user.organization.id, userId: user.id },
            body: {
              givenName: values.givenName,
              familyName: values.familyName,
              locale: values.locale,
              // Left as it was, it follows given and family name where it is made of them.
              ...(values.name === (user.name ?? '') ? {} : { name: values.name }),
              version: user.version,
            },
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p className="soft">{t('profile.text')}</p>
      <TextInput label={t('profile.given')} data-autofocus autoComplete="off" {...form.getInputProps('givenName')} />
      <TextInput label={t('profile.family')} autoComplete="off" {...form.getInputProps('familyName')} />
      <TextInput
        label={t('profile.shown')}
        description={t('profile.shown.help')}
        autoComplete="off"
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('profile.locale')}
        description={t('profile.locale.help')}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('locale')}
      />
      <FormProblem error={change.error} />
      <DialogActions confirm={t('profile.save')} busy={change.isPending} onClose={onClose} />
    </form>
  );
}
