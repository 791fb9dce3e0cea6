import { Button, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { toast, toastProblem } from '../../parts/toast.ts';
import { shownError, useChange } from '../../api/queries.ts';
import { moment, t } from '../../texts/t.ts';

/** A user's address, whether it is proven, and the link that proves it. */
export function Address({ user, mayEdit }: { user: UserDetail; mayEdit: boolean }) {
  const proof = user.addressProof;
  const waits = proof !== null && new Date(proof.expiresAt) > new Date();
  const send = useChange('sendAddressProof', () => toast(t('address.proof.sent', { email: user.email })));
  return (
    <span className="row-lines">
      <span className="row-inline">
        <bdi dir="ltr">{user.email}</bdi>
        {user.emailProven ? (
          <StateChip tone="good">{t('email.proven')}</StateChip>
        ) : (
          <StateChip tone="idle">{t('email.unproven')}</StateChip>
        )}
      </span>
      {proof !== null && (
        <span className="soft small">
          {waits ? t('address.proof.waits', { until: moment(new Date(proof.expiresAt)) }) : t('address.proof.expired')}
        </span>
      )}
      {mayEdit && user.status === 'verified' && !user.emailProven && (
        <span className="choices-below">
          <Button
            variant="default"
            size="sm"
            loading={send.isPending}
            onClick={() =>
              send.mutate(
                { params: { organizationId: user.organization.id, userId: user.id } },
                { onError: (error) => (shownError(error) === null ? undefined : toastProblem(error)) },
              )
            }
          >
            {t('address.proof.send')}
          </Button>
        </span>
      )}
    </span>
  );
}

/** Dialog *Change address*; `proposed` stands in the field. */
export function ChangeAddress({
  user,
  proposed,
  onClose,
}: {
  user: UserDetail;
  /** Null: the dialog is closed. */
  proposed: string | null;
  onClose: () => void;
}) {
  return (
    <Modal
      opened={proposed !== null}
      onClose={onClose}
      title={t('address.change.title', { name: user.name ?? user.email })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {proposed !== null && <AddressForm user={user} proposed={proposed} onClose={onClose} />}
    </Modal>
  );
}

function AddressForm({ user, proposed, onClose }: { user: UserDetail; proposed: string; onClose: () => void }) {
  const form = useForm({
    initialValues: { email: proposed },
    validate: { email: (email) => (email.trim() === '' ? t('field.required') : null) },
  });
  const change = useChange('changeAddress', (now) => {
    toast(t('address.changed', { name: now.name ?? user.email, email: now.email }));
    onClose();
  });
  const { email } = user;
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit((values) =>
        change.mutate(
          {
            params: { organizationId: user.organization.id, userId: user.id },
            body: { email: values.email.trim(), version: user.version },
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p className="soft">
        {user.status === 'pending' ? t('address.change.pending', { email }) : t('address.change.text', { email })}
      </p>
      <TextInput
        type="email"
        label={t('address.new')}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('email')}
      />
      <FormProblem error={change.error} />
      <DialogActions confirm={t('address.change')} busy={change.isPending} onClose={onClose} />
    </form>
  );
}
