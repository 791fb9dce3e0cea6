import '../texts/mails/add-mails.ts';
import { StateChip, type Tone } from './state-chip.tsx';
import type { UserMail } from '../../src/api/contract/people.ts';
import { clockOrDay, t, type TextKey } from '../texts/t.ts';

const STATES: Record<UserMail['state'] | 'delayed', readonly [Tone, TextKey]> = {
  waiting: ['warn', 'mail-state.waiting'],
  delayed: ['warn', 'mail-state.delayed'],
  sent: ['good', 'mail-state.sent'],
  failed: ['bad', 'mail-state.failed'],
  bounced: ['bad', 'mail-state.bounced'],
  withdrawn: ['idle', 'mail-state.withdrawn'],
};

type Mail = Pick<UserMail, 'state' | 'lastError' | 'nextAttemptAt' | 'canBeSentAgain'>;

/** What became of a mail, why it was not taken, and when it is tried next. */
export function MailState({ mail }: { mail: Mail }) {
  const { state, lastError, nextAttemptAt, canBeSentAgain } = mail;
  const [tone, key] = STATES[state === 'waiting' && lastError !== null ? 'delayed' : state];
  return (
    <span className="row-lines">
      <span>
        <StateChip tone={tone}>{t(key)}</StateChip>
      </span>
      {lastError !== null && <span className="soft small">{lastError}</span>}
      {lastError !== null && nextAttemptAt !== null && (
        <span className="soft small">
          {t('mail-state.next', { at: clockOrDay(new Date(nextAttemptAt), new Date()) })}
        </span>
      )}
      {state === 'failed' && !canBeSentAgain && <span className="soft small">{t('mail-state.erased')}</span>}
    </span>
  );
}
