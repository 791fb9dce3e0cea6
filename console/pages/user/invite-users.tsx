import { Button, Modal, NativeSelect, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useRef, useState } from 'react';
import type { InvitationResult } from '../../../src/api/contract/invitations.ts';
import { role as roleSchema, type Role } from '../../../src/api/contract/wire.ts';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { DeliveryLine, roleName } from '../../labels.tsx';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Notice } from '../../parts/notice.tsx';
import { StateChip, type Tone } from '../../parts/state-chip.tsx';
import { useChange, useMay } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

interface InviteProps {
  organizationId: string;
  opened: boolean;
  onClose: () => void;
}

/** Dialog *Invite users*: one address or a pasted list; afterwards what became of each. Links go by mail alone. */
export function InviteUsers({ organizationId, opened, onClose }: InviteProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('invite.title')}
      size={560}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Body organizationId={organizationId} onClose={onClose} />
    </Modal>
  );
}

function Body({ organizationId, onClose }: Omit<InviteProps, 'opened'>) {
  const [results, setResults] = useState<readonly InvitationResult[] | null>(null);
  return results === null ? (
    <InviteForm organizationId={organizationId} onDone={setResults} onClose={onClose} />
  ) : (
    <Results results={results} onClose={onClose} onMore={() => setResults(null)} />
  );
}

function InviteForm({
  organizationId,
  onDone,
  onClose,
}: {
  organizationId: string;
  onDone: (results: readonly InvitationResult[]) => void;
  onClose: () => void;
}) {
  const mayGiveRoles = useMay('edit-roles');
  const form = useForm({
    initialValues: { addresses: '', role: '' },
    validate: { addresses: (text) => (text.trim() === '' ? t('invite.missing') : null) },
  });
  const invite = useChange('inviteUsers', (answer) => onDone(answer.results));
  const addresses = useRef<HTMLTextAreaElement>(null);
  useEffect(() => addresses.current?.focus(), []); // also after *Invite more*, which the dialog's own focus misses
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit(({ addresses, role }) =>
        invite.mutate(
          { params: { organizationId }, body: { addresses, role: roleSchema.safeParse(role).data ?? null } },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <Textarea
        label={t('invite.addresses')}
        description={t('invite.addresses.help')}
        data-autofocus
        ref={addresses}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        {...form.getInputProps('addresses')}
      />
      {mayGiveRoles && (
        <NativeSelect
          label={t('role.console')}
          description={t('role.console.help')}
          data={[{ value: '', label: roleName(null) }, ...roleChoices()]}
          {...form.getInputProps('role')}
        />
      )}
      <FormProblem error={invite.error} />
      <DialogActions confirm={t('invite.confirm')} busy={invite.isPending} onClose={onClose} />
    </form>
  );
}

/** The console roles, most first. */
function roleChoices(): { value: Role; label: string }[] {
  return roleSchema.options.map((value) => ({ value, label: roleName(value) }));
}

const TONES: Record<InvitationResult['outcome'], Tone> = {
  invited: 'good',
  'invited-again': 'good',
  'already-verified': 'idle',
  disabled: 'warn',
  malformed: 'bad',
  repeated: 'idle',
  'too-often': 'warn',
  'too-many-users': 'bad',
  'too-many-mails': 'bad',
};

function Results({
  results,
  onClose,
  onMore,
}: {
  results: readonly InvitationResult[];
  onClose: () => void;
  onMore: () => void;
}) {
  const isSent = ({ outcome }: InvitationResult): boolean => outcome === 'invited' || outcome === 'invited-again';
  // Failures first: the list may be longer than the dialog.
  const listed = [...results.filter((result) => !isSent(result)), ...results.filter(isSent)];
  const sent = results.filter(isSent).length;
  const reached = [...new Set(results.flatMap((result) => result.reached ?? []))];
  const outcome = useRef<HTMLParagraphElement>(null);
  useEffect(() => outcome.current?.focus(), []); // the button that was pressed is gone
  return (
    <div className="question">
      <p role="status" tabIndex={-1} ref={outcome}>
        {t('invite.sent', { sent })}
        {sent < results.length && ` ${t('invite.not-sent', { count: results.length - sent })}`}
      </p>
      {reached.map((sentence) => (
        <Notice key={sentence} tone="warn">
          {sentence}
        </Notice>
      ))}
      <ul className="results">
        {listed.map((result, index) => (
          <li key={`${index} ${result.typed}`}>
            <bdi dir="ltr">{result.typed}</bdi>
            <StateChip tone={TONES[result.outcome]}>{t(`invite.outcome.${result.outcome}`)}</StateChip>
            <DeliveryLine delivery={result.invitation?.delivery} />
          </li>
        ))}
      </ul>
      <div className="question-actions">
        <Button variant="default" onClick={onMore}>
          {t('invite.more')}
        </Button>
        <Button onClick={onClose}>{t('done')}</Button>
      </div>
    </div>
  );
}
