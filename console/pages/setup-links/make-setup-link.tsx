import { Button, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { AnswerOf } from '../../api/api-client.ts';
import { useChange } from '../../api/queries.ts';
import { CopyValue } from '../../parts/copy-value.tsx';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Notice } from '../../parts/notice.tsx';
import { dayOf, t } from '../../texts/t.ts';

interface MakeProps {
  organizationId: string;
  opened: boolean;
  onClose: () => void;
}

/** Dialog *Make a setup link*: for one mailbox; afterwards the link, shown this once. */
export function MakeSetupLink({ organizationId, opened, onClose }: MakeProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('setup-links.make.title')}
      size={560}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Body organizationId={organizationId} onClose={onClose} />
    </Modal>
  );
}

function Body({ organizationId, onClose }: Omit<MakeProps, 'opened'>) {
  const [made, setMade] = useState<AnswerOf<'createSetupLink'> | null>(null);
  return made === null ? (
    <MakeForm organizationId={organizationId} onMade={setMade} onClose={onClose} />
  ) : (
    <div className="question">
      <Notice live>
        {t('setup-links.made', {
          email: made.setupLink.email,
          day: dayOf(new Date(made.setupLink.expiresAt)),
        })}
      </Notice>
      <div>
        <div className="label">{t('setup-links.url')}</div>
        <CopyValue value={made.url} name={t('setup-links.url')} />
        <p className="soft small">{t('setup-links.url.help')}</p>
      </div>
      <div className="question-actions">
        <Button onClick={onClose} data-autofocus>
          {t('done')}
        </Button>
      </div>
    </div>
  );
}

function MakeForm({
  organizationId,
  onMade,
  onClose,
}: {
  organizationId: string;
  onMade: (made: AnswerOf<'createSetupLink'>) => void;
  onClose: () => void;
}) {
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (text) => (text.trim() === '' ? t('setup-links.missing') : null) },
  });
  const make = useChange('createSetupLink', onMade);
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit(({ email }) =>
        make.mutate(
          { params: { organizationId }, body: { email } },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p>{t('setup-links.make.text')}</p>
      <TextInput
        label={t('setup-links.email')}
        description={t('setup-links.email.help')}
        type="email"
        autoComplete="off"
        data-autofocus
        {...form.getInputProps('email')}
      />
      <FormProblem error={make.error} />
      <DialogActions confirm={t('setup-links.make.confirm')} busy={make.isPending} onClose={onClose} />
    </form>
  );
}
