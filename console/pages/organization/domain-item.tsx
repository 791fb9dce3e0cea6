import '../../texts/domains/add-domain-wait.ts';
import { Button } from '@mantine/core';
import { useId } from 'react';
import type { Domain, DomainVerification } from '../../../src/api/contract/domains.ts';
import { Facts } from '../../parts/card.tsx';
import { CopyValue } from '../../parts/copy-value.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Notice } from '../../parts/notice.tsx';
import { StateChip, type Tone } from '../../parts/state-chip.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useChange } from '../../api/queries.ts';
import { useScope } from '../../scope.ts';
import { moment, t } from '../../texts/t.ts';
import { DomainWait } from './domain-wait.tsx';

const TONES: Record<DomainVerification['state'], Tone> = {
  pending: 'warn',
  waiting: 'warn',
  verified: 'good',
  grace: 'bad',
  expired: 'idle',
  lost: 'bad',
};

interface ItemProps {
  item: Domain;
  /** May add, check and remove. */
  mayVerify: boolean;
  /** May route. */
  mayRoute: boolean;
  onRemove: (domain: string, what: 'remove' | 'withdraw') => void;
  onUnroute: (domain: string) => void;
}

/** One domain: its state, and while it is not verified the record to put and what the last check found. */
export function DomainItem({ item, mayVerify, mayRoute, onRemove, onUnroute }: ItemProps) {
  const id = useId();
  const { organizationId } = useScope();
  const { domain, routedAt, verification } = item;
  const waits = verification?.state === 'waiting';
  const check = useChange('checkDomain', ({ verification: checked }) => {
    if (checked?.state === 'verified') toast(t('domains.verified', { domain }));
  });
  const add = useChange('addDomain', () => toast(t('domains.added', { domain })));
  return (
    <li className="domain" aria-labelledby={id}>
      <div className="domain-head">
        <h3 id={id}>
          <bdi>{domain}</bdi>
        </h3>
        {verification !== null && <StateChip tone={TONES[verification.state]}>{stateText(verification)}</StateChip>}
        {routedAt !== null && <StateChip tone="idle">{t('domain.routed')}</StateChip>}
        <div className="domain-actions">
          {mayVerify && verification === null && (
            <Button
              variant="default"
              size="sm"
              loading={add.isPending}
              onClick={() => add.mutate({ params: { organizationId }, body: { domain } })}
              aria-label={t('domains.verify.label', { domain })}
            >
              {t('domains.verify')}
            </Button>
          )}
          {mayVerify && verification !== null && (
            <Button
              variant="default"
              size="sm"
              loading={check.isPending}
              onClick={() => check.mutate({ params: { organizationId, domain } })}
              aria-label={t('domains.check.label', { domain })}
            >
              {t('domains.check')}
            </Button>
          )}
          {mayRoute && routedAt !== null && (
            <Button
              variant="default"
              size="sm"
              onClick={() => onUnroute(domain)}
              aria-label={t('domains.unroute.label', { domain })}
            >
              {t('domains.unroute')}
            </Button>
          )}
          {mayVerify && verification !== null && (
            <Button
              variant="default"
              size="sm"
              onClick={() => onRemove(domain, waits ? 'withdraw' : 'remove')}
              aria-label={t(waits ? 'domains.withdraw.label' : 'domains.remove.label', { domain })}
            >
              {t(waits ? 'domains.withdraw' : 'remove')}
            </Button>
          )}
        </div>
      </div>
      <FormProblem error={shownError(check.error) ?? shownError(add.error)} />
      {verification !== null && <Verification domain={domain} verification={verification} mayVerify={mayVerify} />}
    </li>
  );
}

/** The state in two or three words; of a domain that waits, until when. */
function stateText({ state, wait }: DomainVerification): string {
  return state === 'waiting'
    ? t('domain.state.waiting', { at: wait === null ? '' : moment(new Date(wait.takesEffectAt)) })
    : t(`domain.state.${state}`);
}

function Verification({
  domain,
  verification,
  mayVerify,
}: {
  domain: string;
  verification: DomainVerification;
  mayVerify: boolean;
}) {
  const { state, record, finding, checkedAt, nextCheckAt, verifiedAt, graceUntil, wait } = verification;
  const well = state === 'verified' || (state === 'waiting' && finding?.code === 'verified');
  return (
    <>
      {wait !== null && <DomainWait domain={domain} wait={wait} mayVerify={mayVerify} />}
      {state !== 'waiting' && !well && (
        <>
          <p className="soft">{t(`domain.about.${state}`, { domain })}</p>
          <Facts
            rows={[
              [t('domain.record.type'), <code key="type">{record.type}</code>],
              [t('domain.record.name'), <CopyValue key="name" value={record.name} name={t('domain.record.name')} />],
              [
                t('domain.record.value'),
                <CopyValue key="value" value={record.value} name={t('domain.record.value')} />,
              ],
            ]}
          />
        </>
      )}
      {finding !== null && (!well || finding.notes.length > 0) && (
        <Notice tone={well ? 'warn' : ['confirming', 'held'].includes(finding.code) ? 'good' : TONES[state]} live>
          {!well && <p>{finding.sentence}</p>}
          {finding.notes.map((note) => (
            <p key={note.sentence}>{note.sentence}</p>
          ))}
        </Notice>
      )}
      <Facts
        rows={[
          [t('domain.verified-at'), verifiedAt === null ? null : <Moment key="verified" at={verifiedAt} />],
          [t('domain.grace-until'), graceUntil === null ? null : <Moment key="grace" at={graceUntil} />],
          [t('domain.name-servers'), finding === null ? null : nameServersLine(finding.nameServers)],
          [t('domain.checked-at'), checkedAt === null ? null : <Moment key="checked" at={checkedAt} />],
          [t('domain.next-check-at'), nextCheckAt === null ? null : <Moment key="next" at={nextCheckAt} />],
        ]}
      />
    </>
  );
}

function nameServersLine(
  servers: readonly { name: string; answer: 'record' | 'absent' | 'refused' | 'silent' }[],
): string {
  return servers.map(({ name, answer }) => t('domain.name-server', { name, answer })).join(', ');
}
