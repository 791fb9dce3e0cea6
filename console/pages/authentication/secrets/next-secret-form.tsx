import { TextInput } from '@mantine/core';
import { SecretInput } from '../../../parts/form/secret-input.tsx';
import { useForm } from '@mantine/form';
import { useChange } from '../../../api/queries.ts';
import { DialogActions } from '../../../parts/form/dialog-actions.tsx';
import { fieldErrors } from '../../../parts/form/field-errors.ts';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { toast } from '../../../parts/toast.ts';
import { t } from '../../../texts/t.ts';
import { StaleProofNotice } from '../stale-proof-notice.tsx';

/** Enters the next client secret; the one in use stays in use. */
export function NextSecretForm({
  organizationId,
  onDone,
  onClose,
}: {
  organizationId: string;
  onDone: () => void;
  onClose: () => void;
}) {
  const form = useForm({
    initialValues: { clientSecret: '', expiresOn: '' },
    validate: { clientSecret: (text) => (text.trim() === '' ? t('client-secrets.missing') : null) },
  });
  const enter = useChange('enterNextSecret', () => {
    toast(t('client-secrets.done.enter'));
    onDone();
    onClose();
  });
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit(({ clientSecret, expiresOn }) =>
        enter.mutate(
          {
            params: { organizationId },
            body: { clientSecret, expiresOn: expiresOn === '' ? null : expiresOn },
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p>{t('client-secrets.enter.text')}</p>
      <StaleProofNotice />
      <SecretInput label={t('client-secrets.next')} data-autofocus {...form.getInputProps('clientSecret')} />
      <TextInput
        type="date"
        label={t('client-secret.expires')}
        description={t('client-secret.expires.help')}
        {...form.getInputProps('expiresOn')}
      />
      <FormProblem error={enter.error} />
      <DialogActions confirm={t('client-secrets.enter')} busy={enter.isPending} onClose={onClose} />
    </form>
  );
}
