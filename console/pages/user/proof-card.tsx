import { Button } from '@mantine/core';
import { useState } from 'react';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { methodName } from '../../labels.tsx';
import { Card, Facts } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Question } from '../../parts/form/question.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useChange } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

type Reset = 'authenticators' | 'identity';

/** How the user proves who they are: authenticators of ours, the person at the identity provider; both can be reset. */
export function ProofCard({
  user,
  mayEdit,
  onTakeAddress,
}: {
  user: UserDetail;
  mayEdit: boolean;
  /** *Take this address*: the one the identity provider states. */
  onTakeAddress: (address: string) => void;
}) {
  const [asking, setAsking] = useState<Reset | null>(null);
  const params = { organizationId: user.organization.id, userId: user.id };
  const done = (key: 'reset.authenticators.done' | 'reset.identity.done') => () => {
    setAsking(null);
    toast(t(key));
  };
  const authenticators = useChange('resetAuthenticators', done('reset.authenticators.done'));
  const identity = useChange('resetIdentity', done('reset.identity.done'));
  const hasFactor = user.authenticators.some(({ kind }) => kind !== 'password') || user.recoveryCodesLeft > 0;
  const change = asking === 'identity' ? identity : authenticators;
  const actions = (
    <>
      {user.identities.length > 0 && (
        <Button variant="default" size="sm" onClick={() => setAsking('identity')}>
          {t('reset.identity')}
        </Button>
      )}
      {hasFactor && (
        <Button variant="default" size="sm" onClick={() => setAsking('authenticators')}>
          {t('reset.authenticators')}
        </Button>
      )}
    </>
  );
  const nothing = user.authenticators.length === 0 && user.identities.length === 0;
  return (
    <Card title={t('user.proof')} actions={mayEdit ? actions : undefined}>
      {nothing && user.identityResetAt === null ? (
        <p className="soft">{t('user.proof.none')}</p>
      ) : (
        <Facts rows={rows(user, mayEdit ? onTakeAddress : null)} />
      )}
      <Question
        opened={asking !== null}
        title={t(asking === 'identity' ? 'reset.identity.title' : 'reset.authenticators.title', {
          name: user.name ?? user.email,
        })}
        confirm={t(asking === 'identity' ? 'reset.identity' : 'reset.authenticators')}
        danger
        busy={change.isPending}
        error={shownError(change.error)}
        onConfirm={() => change.mutate({ params })}
        onClose={() => {
          change.reset();
          setAsking(null);
        }}
      >
        {t(asking === 'identity' ? 'reset.identity.text' : 'reset.authenticators.text')}
      </Question>
    </Card>
  );
}

function rows(
  user: UserDetail,
  onTakeAddress: ((address: string) => void) | null,
): (readonly [string, React.ReactNode])[] {
  const own = user.authenticators.map(
    ({ kind, name, lastUsedAt, dormantSince }, index) =>
      [
        numbered(
          t(`authenticator.${kind}`),
          index,
          user.authenticators.findIndex((other) => other.kind === kind),
        ),
        <span key={index} className="row-inline">
          {kind !== 'password' && <span>{name}</span>}
          <span className="soft">
            {lastUsedAt === null && dormantSince === null ? (
              t('authenticator.unused')
            ) : (
              <>
                {dormantSince === null ? t('authenticator.used') : t('authenticator.dormant')}{' '}
                <Moment at={dormantSince ?? lastUsedAt} />
              </>
            )}
          </span>
        </span>,
      ] as const,
  );
  const codes = user.recoveryCodesLeft > 0 ? t('recovery-codes.left', { count: user.recoveryCodesLeft }) : null;
  const linked = user.identities.map(
    ({ method, issuer, subject, addressAtBinding, statedAddress, lastSeenAt }, index) =>
      [
        index === 0 ? methodName(method) : `${methodName(method)} ${index + 1}`,
        <span key={issuer} className="row-lines">
          <bdi dir="ltr">{addressAtBinding ?? issuer}</bdi>
          <span className="soft small">
            {t('identity.seen')} <Moment at={lastSeenAt} />
          </span>
          <span className="soft small">{t('identity.subject', { subject })}</span>
          {statedAddress !== null && (
            <span className="row-inline small">
              {t('identity.stated', { address: statedAddress })}
              {onTakeAddress !== null && (
                <Button variant="default" size="sm" onClick={() => onTakeAddress(statedAddress)}>
                  {t('identity.stated.take')}
                </Button>
              )}
            </span>
          )}
        </span>,
      ] as const,
  );
  const reset =
    user.identityResetAt === null ? null : (
      <span key="reset" className="row-lines">
        <Moment at={user.identityResetAt} />
        <span className="soft small">{t('identity.reset-at.then')}</span>
      </span>
    );
  return [...linked, [t('identity.reset-at'), reset], ...own, [t('recovery-codes'), codes]];
}

/** Names stay apart where a user has several of a kind. */
function numbered(name: string, index: number, first: number): string {
  return index === first ? name : `${name} ${index - first + 1}`;
}
