import type { MethodState } from '../src/api/contract/organizations.ts';
import type { Delivery, User } from '../src/api/contract/users.ts';
import type { Role } from '../src/api/contract/wire.ts';
import { isKnownMethod } from './methods.ts';
import { StateChip, type Tone } from './parts/state-chip.tsx';
import { clockOrDay, moment, t, type TextKey } from './texts/t.ts';

/** What people call a method; `managing` names the organization whose method is followed. */
export function methodName(method: string, managing?: string | null): string {
  if (!isKnownMethod(method)) return method;
  if (method !== 'same-as-managing') return t(`method.${method}`);
  return managing === undefined || managing === null ? t('method.same-as-managing') : t('method.same-as', { managing });
}

/** Who the people of a method meet, in a sentence: “through Microsoft”. */
export function providerName(method: string): string {
  return isKnownMethod(method) ? t(`provider.${method}`) : t('provider.openid-connect');
}

const STATES: Record<MethodState, readonly [Tone, TextKey]> = {
  active: ['good', 'state.active'],
  unconfirmed: ['warn', 'state.unconfirmed'],
  failing: ['bad', 'state.failing'],
  held: ['bad', 'state.held'],
  'no-users': ['idle', 'state.no-users'],
  suspended: ['bad', 'state.suspended'],
};

/** The state of an organization's method. */
export function MethodChip({ state, failingSince }: { state: MethodState; failingSince?: string | null | undefined }) {
  const [tone, key] = STATES[state];
  if (state !== 'failing' || failingSince === null || failingSince === undefined) {
    return <StateChip tone={tone}>{t(key)}</StateChip>;
  }
  const since = new Date(failingSince);
  return (
    <StateChip tone={tone} title={moment(since)}>
      {t('state.failing-since', { since: clockOrDay(since, new Date()) })}
    </StateChip>
  );
}

/** The state of a user; of a pending one whose invitation has expired, that. */
export function UserChip({ user }: { user: Pick<User, 'status' | 'invitation'> }) {
  if (user.status === 'verified') return <StateChip tone="good">{t('status.verified')}</StateChip>;
  if (user.status === 'disabled') return <StateChip tone="idle">{t('status.disabled')}</StateChip>;
  if (user.invitation?.expired === true) return <StateChip tone="bad">{t('status.expired')}</StateChip>;
  return <StateChip tone="warn">{t('status.pending')}</StateChip>;
}

export function roleName(role: Role | null): string {
  return role === null ? t('role.none') : t(`role.${role}`);
}

/** How the mail of an invitation fares, in words; nothing where there is no mail. */
export function DeliveryLine({ delivery }: { delivery: Delivery | null | undefined }) {
  return delivery === null || delivery === undefined ? null : (
    <span className="soft small">{deliveryText(delivery)}</span>
  );
}

export function deliveryText(delivery: Delivery): string {
  switch (delivery.state) {
    case 'waiting':
      return t('delivery.waiting');
    case 'sent':
      return t('delivery.sent');
    case 'delayed':
      return t('delivery.delayed', { attempts: delivery.attempts });
    case 'failed':
      return t('delivery.failed');
  }
}
