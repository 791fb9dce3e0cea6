import { notifications } from '@mantine/notifications';
import { sentenceOf } from '../problem.ts';
import { t } from '../texts/t.ts';

const STAYS_MS = 8000;

/** Says that something was done. */
export function toast(message: string): void {
  notifications.show({ message, autoClose: STAYS_MS, color: 'gate', closeButtonProps: { 'aria-label': t('close') } });
}

/** Says that something could not be done, where no form is there to say it. */
export function toastProblem(error: unknown): void {
  notifications.show({
    message: sentenceOf(error),
    autoClose: false,
    color: 'var(--danger)',
    closeButtonProps: { 'aria-label': t('close') },
  });
}
