import type { Text } from '../../texts/catalog.ts';
import { formatId } from '../../base/ids.ts';
import type { OrganizationId, UserId } from '../../base/ids.ts';
import type { BounceCategory } from '../../mail/bounces/read-report.ts';
import type { DeliveryState } from '../../mail/post-mail.ts';

/** Models as the contract presents them, for several handlers. */

/** An instant on the wire. */
export function instant(at: Date): string;
export function instant(at: Date | null): string | null;
export function instant(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}

export function nameOut(id: OrganizationId, name: string): { id: string; name: string } {
  return { id: formatId('org', id), name };
}

export function userNameOut(user: { id: UserId; email: string; name: string | null }) {
  return { id: formatId('usr', user.id), email: user.email, name: user.name };
}

/** The delivery state of a mail: given up or come back, sent, delayed, or waiting. */
export function deliveryOut(t: Text, delivery: DeliveryState | undefined) {
  if (delivery === undefined) return null;
  const state =
    delivery.failedAt !== null || (delivery.bounce?.at ?? null) !== null
      ? ('failed' as const)
      : delivery.sentAt !== null
        ? ('sent' as const)
        : delivery.errorCode === null
          ? ('waiting' as const)
          : ('delayed' as const);
  return {
    state,
    attempts: delivery.attempts,
    sentAt: instant(delivery.sentAt),
    nextAttemptAt: instant(delivery.nextAttemptAt),
    lastError: failureSentence(t, delivery) ?? bounceSentence(t, delivery.bounce),
  };
}

/** Whose fault it is and what the mail server said; null when nothing failed. */
export function failureSentence(
  t: Text,
  { errorCode, lastError }: Pick<DeliveryState, 'errorCode' | 'lastError'>,
): string | null {
  if (errorCode === null) return null;
  const sentence = t(`mail.failure.${errorCode}`);
  return lastError === null ? sentence : t('mail.failure.said', { sentence, said: lastError });
}

/** Why a mail came back, and what the mail server said; null when it did not. */
export function bounceSentence(
  t: Text,
  bounce: { category: BounceCategory; said: string | null } | null,
): string | null {
  if (bounce === null) return null;
  const sentence = t(`mail.bounce.${bounce.category}`);
  return bounce.said === null ? sentence : t('mail.failure.said', { sentence, said: bounce.said });
}
