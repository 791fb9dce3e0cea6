import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Authentication, AuthenticationCheck } from '../../../src/api/contract/authentication.ts';
import type { SetupLink } from '../../../src/api/contract/connections/setup-links.ts';
import { shownError, useAsk, useChange } from '../../api/queries.ts';
import { methodName } from '../../labels.tsx';
import { Facts } from '../../parts/card.tsx';
import { ExplainedFailure } from '../../parts/explained-failure.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Question } from '../../parts/form/question.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Notice } from '../../parts/notice.tsx';
import { toast } from '../../parts/toast.ts';
import { t } from '../../texts/t.ts';
import { CheckNotes } from '../authentication/check-result.tsx';
import { isKey } from '../authentication/settings-values.ts';
import { SaveDialog } from '../authentication/save-dialog.tsx';

interface DraftProps {
  link: SetupLink;
  authentication: Authentication;
  mayEdit: boolean;
}

/** What was handed over: who prepared it, from where, what was checked; *Turn on* or *Discard*. */
export function Draft({ link, authentication, mayEdit }: DraftProps) {
  const { draft, domain } = link;
  if (draft === null) return null;
  const { clientId, directoryId, discoveryUrl, hostedDomain } = draft.settings;
  return (
    <>
      <Notice tone="warn">
        <p>{t('draft.text', { email: link.email, host: draft.host })}</p>
      </Notice>
      {draft.outdated && (
        <Notice tone="bad">
          <p>{t('draft.outdated')}</p>
        </Notice>
      )}
      {draft.notes.length > 0 && (
        <Notice tone="warn">
          <CheckNotes notes={draft.notes} />
        </Notice>
      )}
      <Facts
        rows={[
          [t('draft.prepared-by'), <bdi key="by">{link.email}</bdi>],
          [
            t('draft.prepared-from'),
            link.handedOverFrom === null ? null : <code key="from">{link.handedOverFrom}</code>,
          ],
          [t('draft.handed-over-at'), <Moment key="handed" at={link.handedOverAt} />],
          [t('setup-link.made-by'), link.madeBy],
          [t('method'), methodName(draft.method)],
          [t('draft.issuer'), <code key="issuer">{draft.issuer}</code>],
          [t('client-id'), clientId === undefined ? null : <code key="client">{clientId}</code>],
          [t('directory'), directoryId === undefined ? null : <code key="directory">{directoryId}</code>],
          [t('discovery-url'), discoveryUrl === undefined ? null : <code key="discovery">{discoveryUrl}</code>],
          [t('hosted-domain'), hostedDomain === undefined ? null : <code key="hosted">{hostedDomain}</code>],
          [
            t('credential'),
            isKey(draft.credential)
              ? t(`credential.${draft.credential}`)
              : t(draft.credential === 'none' ? 'credential.none.short' : 'draft.secret'),
          ],
          [t('redirect-url'), <code key="redirect">{draft.redirectUrl}</code>],
          [t('draft.checked-at'), <Moment key="checked" at={draft.checkedAt} />],
          [t('draft.test'), t(`draft.test.${draft.test ?? 'none'}`)],
          [
            t('draft.domain'),
            domain === null
              ? t('draft.domain.none')
              : t(domain.verified ? 'draft.domain.verified' : 'draft.domain.pending', { domain: domain.domain }),
          ],
        ]}
      />
      {mayEdit && draft.nextSecret && <p>{t('draft.which')}</p>}
      {mayEdit && (
        <div className="form-actions">
          {draft.nextSecret && <TakeSecret link={link} organizationId={authentication.organization.id} />}
          <TurnOn link={link} draft={draft} authentication={authentication} />
          <Discard link={link} organizationId={authentication.organization.id} />
        </div>
      )}
    </>
  );
}

/** Of a draft for the client in force its secret alone is kept, beside the one in use; the rest of the draft goes, for good. */
function TakeSecret({ link, organizationId }: { link: SetupLink; organizationId: string }) {
  const [asking, setAsking] = useState(false);
  const take = useChange('takeDraftSecret', () => {
    setAsking(false);
    toast(t('draft.secret-taken'));
  });
  const { email, domain } = link;
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('draft.take-secret')}</Button>
      <Question
        opened={asking}
        title={t('draft.take-secret.title', { email })}
        confirm={t('draft.take-secret')}
        busy={take.isPending}
        error={shownError(take.error)}
        onConfirm={() => take.mutate({ params: { organizationId, setupLinkId: link.id } })}
        onClose={() => {
          take.reset();
          setAsking(false);
        }}
      >
        <p>{t('draft.take-secret.text')}</p>
        <p>{t('draft.take-secret.ends', { email })}</p>
        {domain !== null && !domain.verified && <p>{t('draft.take-secret.domain', { domain: domain.domain })}</p>}
      </Question>
    </>
  );
}

function TurnOn({
  link,
  draft,
  authentication,
}: Omit<DraftProps, 'mayEdit'> & { draft: NonNullable<SetupLink['draft']> }) {
  const [confirming, setConfirming] = useState<AuthenticationCheck | null>(null);
  const params = { organizationId: authentication.organization.id, setupLinkId: link.id };
  const check = useAsk('checkDraft');
  const turnOn = useChange('turnOnDraft', () => {
    setConfirming(null);
    toast(t('draft.turned-on'));
  });
  const failed = check.data !== undefined && !check.data.ok ? check.data : null;
  return (
    <>
      <Button
        variant={draft.nextSecret ? 'default' : 'filled'}
        loading={check.isPending}
        onClick={() => check.mutate({ params }, { onSuccess: (found) => found.ok && setConfirming(found) })}
      >
        {t('draft.turn-on')}
      </Button>
      <FormProblem error={shownError(check.error)} />
      {failed !== null && <ExplainedFailure title={t('draft.check-failed')} explanation={failed.problem} live />}
      <SaveDialog
        check={confirming}
        start={authentication}
        method={draft.method}
        title={t('draft.turn-on.title')}
        confirm={t('draft.turn-on')}
        warning={draft.outdated ? t('draft.outdated') : null}
        further={
          link.domain === null || link.domain.verified
            ? null
            : t('draft.turn-on.domain', { domain: link.domain.domain })
        }
        busy={turnOn.isPending}
        error={turnOn.error}
        onSave={(choice) =>
          turnOn.mutate({
            params,
            body: { ...choice, despiteChange: draft.outdated, version: authentication.version },
          })
        }
        onClose={() => {
          setConfirming(null);
          turnOn.reset();
        }}
      />
    </>
  );
}

function Discard({ link, organizationId }: { link: SetupLink; organizationId: string }) {
  const [asking, setAsking] = useState(false);
  const discard = useChange('discardDraft', () => {
    setAsking(false);
    toast(t('draft.discarded'));
  });
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('draft.discard')}
      </Button>
      <Question
        opened={asking}
        title={t('draft.discard.title', { email: link.email })}
        confirm={t('draft.discard')}
        danger
        busy={discard.isPending}
        error={shownError(discard.error)}
        onConfirm={() => discard.mutate({ params: { organizationId, setupLinkId: link.id } })}
        onClose={() => {
          discard.reset();
          setAsking(false);
        }}
      >
        {t('draft.discard.text')}
      </Question>
    </>
  );
}
