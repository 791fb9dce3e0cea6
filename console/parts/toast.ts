import { notifications } from '@mantine/notifications';
import { sentenceOf } from '../api/problem.ts';
import { t } from '../texts/t.ts';

const STAYS_MS = 8000;

/** Says that something was done. One message at a time: the newest is what matters. */
export function toast(message: string): void {
  notifications.clean();
  notifications.show({ message, autoClose: STAYS_MS, color: 'gate', closeButtonProps: { 'aria-label': t('close') } });
}

/** Says that something could not be done, where no form is there to say it. */
export function toastProblem(error: unknown): void {
  notifications.clean();
  notifications.show({
    message: sentenceOf(error),
    autoClose: false,
    color: 'var(--danger)',
    closeButtonProps: { 'aria-label': t('close') },
  });
}
