import { Button } from '@mantine/core';
import { t } from '../../texts/t.ts';

interface DialogActionsProps {
  /** What the button that submits says. */
  confirm: string;
  busy: boolean;
  danger?: boolean | undefined;
  onClose: () => void;
}

/** The foot of a form in a dialog: *Cancel*, and the button that submits. */
export function DialogActions({ confirm, busy, danger = false, onClose }: DialogActionsProps) {
  return (
    <div className="question-actions">
      <Button variant="default" onClick={onClose}>
        {t('cancel')}
      </Button>
      <Button type="submit" variant={danger ? 'danger' : 'filled'} loading={busy}>
        {confirm}
      </Button>
    </div>
  );
}
