import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Trial } from '../../../../src/api/contract/connections/trials.ts';
import { shownError, useChange } from '../../../api/queries.ts';
import { fieldErrors } from '../../../parts/form/field-errors.ts';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { toast } from '../../../parts/toast.ts';
import { t } from '../../../texts/t.ts';

/** Mails a test to a named person of the customer. Not a form element: it may stand within one. */
export function MailTrial({ organizationId, trial }: { organizationId: string; trial: Trial }) {
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (value) => (value.trim() === '' ? t('field.required') : null) },
  });
  const mail = useChange('mailTrial', (_, { body }) => {
    toast(t('trial.mailed', { email: body.email }));
    form.reset();
  });
  const send = (): void => {
    if (form.validate().hasErrors) return;
    const email = form.values.email.trim();
    mail.mutate(
      { params: { organizationId, trialId: trial.id }, body: { email } },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    );
  };
  return (
    <details className="trial-mail">
      <summary>{t('trial.mail')}</summary>
      <p className="soft small">{t('trial.mail.help')}</p>
      <div className="inline-form">
        <TextInput
          label={t('trial.mail.address')}
          type="email"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('email')}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            send();
          }}
        />
        <Button variant="default" loading={mail.isPending} onClick={send}>
          {t('trial.mail.send')}
        </Button>
      </div>
      <FormProblem error={shownError(mail.error)} />
    </details>
  );
}
