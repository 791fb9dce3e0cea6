import { Modal, TextInput } from '@mantine/core';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { DialogActions } from './dialog-actions.tsx';
import { FormProblem } from './form-problem.tsx';
import { t } from '../../texts/t.ts';

interface QuestionProps {
  opened: boolean;
  title: string;
  /** The consequences. */
  children: ReactNode;
  /** Names the action, never “OK”. */
  confirm: string;
  /** It removes or disables something. */
  danger?: boolean;
  /** Irreversible: this name must be typed first. */
  typed?: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Shown above another dialog. */
const ABOVE_DIALOGS = 300;

/** Asks before something is done that cannot simply be undone. */
export function Question(props: QuestionProps) {
  const { opened, title, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      zIndex={ABOVE_DIALOGS}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <QuestionBody {...props} />
    </Modal>
  );
}

function QuestionBody({ children, confirm, danger, typed, busy, error, onConfirm, onClose }: QuestionProps) {
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (typed !== undefined && name.trim() !== typed) {
      setMissing(true);
      return;
    }
    onConfirm();
  };
  return (
    <form className="question" onSubmit={submit} noValidate>
      <div>{children}</div>
      {typed !== undefined && (
        <TextInput
          label={t('question.type-name', { name: typed })}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setMissing(false);
          }}
          error={missing ? t('question.type-name.wrong') : undefined}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      <FormProblem error={error} />
      <DialogActions confirm={confirm} danger={danger} busy={busy ?? false} onClose={onClose} />
    </form>
  );
}
