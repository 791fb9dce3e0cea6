import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { t } from '../../texts/t.ts';

interface DomainFormProps {
  label: string;
  description?: string;
  confirm: string;
  proposed?: string | null;
  busy: boolean;
  error: unknown;
  onSubmit: (domain: string, form: { onDone: () => void; onError: (error: unknown) => void }) => void;
}

/** One line with a mail domain and a button. */
export function DomainForm({ label, description, confirm, proposed, busy, error, onSubmit }: DomainFormProps) {
  const form = useForm({
    initialValues: { domain: proposed ?? '' },
    validate: { domain: (value) => (value.trim() === '' ? t('domains.missing') : null) },
  });
  return (
    <form
      noValidate
      className="inline-form"
      onSubmit={form.onSubmit(({ domain }) =>
        onSubmit(domain.trim(), {
          onDone: () => form.setValues({ domain: '' }),
          onError: (refused) => form.setErrors(fieldErrors(refused)),
        }),
      )}
    >
      <TextInput
        label={label}
        description={description}
        placeholder="contoso.example"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('domain')}
      />
      <Button type="submit" variant="default" loading={busy}>
        {confirm}
      </Button>
      <FormProblem error={error} />
    </form>
  );
}
