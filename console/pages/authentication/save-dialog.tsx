import { Button, Checkbox, Modal, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import type { Authentication, AuthenticationCheck } from '../../../src/api/contract/authentication.ts';
import type { Method } from '../../../src/api/contract/wire.ts';
import { methodName, providerName } from '../../labels.tsx';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';
import { AffectedList } from './pilot/affected-list.tsx';
import { CheckNotes } from './check-result.tsx';
import { PilotChoice, pilotOf, type EnteredPilot, type PilotValues } from './pilot/pilot-choice.tsx';

interface SaveDialogProps {
  /** What the provider answered and who is affected; null while the dialog is closed. */
  check: AuthenticationCheck | null;
  start: Authentication;
  method: Method;
  /** Where it is not *Save* that asks. */
  title?: string;
  confirm?: string;
  /** What to know before it is done. */
  warning?: string | null;
  /** What else takes effect. */
  further?: string | null;
  busy: boolean;
  error: unknown;
  onSave: (choice: SaveChoice) => void;
  onClose: () => void;
}

/** What was chosen in the dialog. */
export interface SaveChoice {
  endSessions: 'within-12-hours' | 'at-once';
  routeDomains: string[];
  /** Left out for a method of ours. */
  pilot?: EnteredPilot;
  confirmHost?: string;
}

/** Who is affected, before *Save* takes effect. */
export function SaveDialog(props: SaveDialogProps) {
  const { check, onClose, title = t('save-dialog.title') } = props;
  return (
    <Modal opened={check !== null} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      {check !== null && <Body {...props} check={check} />}
    </Modal>
  );
}

function Body({
  check,
  start,
  method,
  confirm = t('save'),
  warning = null,
  further = null,
  busy,
  error,
  onSave,
  onClose,
}: SaveDialogProps & { check: AuthenticationCheck }) {
  const { affected, proposedDomain } = check;
  // In a tab of its own: what was entered here stays.
  const { users: usersPath } = useScope();
  const [atOnce, setAtOnce] = useState(false);
  const [routed, setRouted] = useState(true);
  const [pilot, setPilot] = useState<PilotValues>({ who: 'everybody', percent: '10', addresses: '' });
  const [host, setHost] = useState('');
  const [wrong, setWrong] = useState<{ pilot?: string; host?: string }>({});
  const [namesShown, setNamesShown] = useState(false);
  const federated = method === 'entra-id' || method === 'openid-connect';
  // A pilot that runs goes on: its own card changes and ends it.
  const pilotRuns = start.pilot !== null;
  const { confirmHost } = check;
  const told = fieldErrors(error);
  const submit = (): void => {
    const chosen = federated && !pilotRuns ? pilotOf(pilot) : null;
    const otherHost = confirmHost !== null && host.trim().toLowerCase() !== confirmHost;
    const flaws = {
      ...(chosen === undefined
        ? { pilot: pilot.who === 'percent' ? t('pilot.percent.wrong') : t('field.required') }
        : {}),
      ...(otherHost ? { host: t('confirm-host.wrong') } : {}),
    };
    setWrong(flaws);
    if (chosen === undefined || otherHost) return;
    onSave({
      endSessions: atOnce ? 'at-once' : 'within-12-hours',
      routeDomains: federated && routed && proposedDomain !== null ? [proposedDomain] : [],
      ...(federated && !pilotRuns ? { pilot: chosen } : {}),
      ...(confirmHost === null ? {} : { confirmHost: host.trim() }),
    });
  };
  return (
    <div className="question">
      {warning !== null && <Notice tone="bad">{warning}</Notice>}
      <ul className="points">
        <li>{t('affected.users', { users: affected.users, provider: providerName(method) })}</li>
        {affected.domains.length > 0 && (
          <li>
            {t('affected.domains')}{' '}
            {affected.domains.map(({ domain, users }, place) => (
              <Fragment key={domain}>
                {place > 0 && ', '}
                <Link to={usersPath} search={{ search: `@${domain}` }} target="_blank">
                  {t('affected.domain', { domain, users })}
                </Link>
              </Fragment>
            ))}
          </li>
        )}
        {affected.followers > 0 && <li>{t('affected.followers', { count: affected.followers })}</li>}
        {affected.breakGlass > 0 && <li>{t('affected.break-glass', { count: affected.breakGlass })}</li>}
        {federated && <li>{t('affected.until-confirmed', { previous: methodName(start.inForce.method) })}</li>}
        {method === 'entra-id' && affected.users > 0 && <li>{t('affected.upn')}</li>}
        {federated && affected.withRole > 0 && (
          <li>
            {t(method === 'entra-id' ? 'affected.auth-time.entra' : 'affected.auth-time.openid', {
              count: affected.withRole,
            })}
          </li>
        )}
        {affected.mailedCode > 0 && (
          <li>
            {t('affected.mailed-code', { count: affected.mailedCode })}{' '}
            {!namesShown && (
              <button type="button" className="as-link" onClick={() => setNamesShown(true)}>
                {t('affected.mailed-code.show')}
              </button>
            )}
            {namesShown && (
              <AffectedList
                organizationId={start.organization.id}
                only="mailed-code"
                keepsIdentities={affected.keepsIdentities}
                provenByDomain={affected.provenByDomain}
              />
            )}
          </li>
        )}
        {further !== null && <li>{further}</li>}
        <li>{t('affected.undo')}</li>
      </ul>
      {check.notes.length > 0 && (
        <Notice tone="warn">
          <CheckNotes notes={check.notes} />
        </Notice>
      )}
      {federated && proposedDomain !== null && (
        <Checkbox
          checked={routed}
          onChange={(event) => setRouted(event.currentTarget.checked)}
          label={t('save-dialog.route', { domain: proposedDomain })}
          description={t('save-dialog.route.help')}
        />
      )}
      {federated && !pilotRuns && (
        <PilotChoice values={pilot} error={wrong.pilot ?? told['addresses']} onChange={setPilot} />
      )}
      {confirmHost !== null && (
        <TextInput
          label={t('confirm-host', { host: confirmHost })}
          description={t('confirm-host.help')}
          value={host}
          onChange={(event) => setHost(event.currentTarget.value)}
          error={wrong.host ?? told['confirmHost']}
          autoComplete="off"
          spellCheck={false}
        />
      )}
      {affected.sessions > 0 && pilot.who === 'everybody' && (
        <Checkbox
          checked={atOnce}
          onChange={(event) => setAtOnce(event.currentTarget.checked)}
          label={t('save-dialog.end-sessions', { count: affected.sessions })}
          description={t('save-dialog.end-sessions.help')}
        />
      )}
      <FormProblem error={error} />
      <div className="question-actions">
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button loading={busy} onClick={submit}>
          {confirm}
        </Button>
      </div>
    </div>
  );
}
