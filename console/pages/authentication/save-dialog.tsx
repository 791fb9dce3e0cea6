import { Button, Checkbox, Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import type { Authentication, AuthenticationCheck } from '../../../src/api/contract/authentication.ts';
import type { Method } from '../../../src/api/contract/wire.ts';
import { methodName, providerName } from '../../labels.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';
import { CheckNotes } from './check-result.tsx';

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
  onSave: (choice: { endSessions: 'within-12-hours' | 'at-once'; routeDomains: string[] }) => void;
  onClose: () => void;
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
  const federated = method === 'entra-id' || method === 'openid-connect';
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
      {affected.sessions > 0 && (
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
        <Button
          loading={busy}
          onClick={() =>
            onSave({
              endSessions: atOnce ? 'at-once' : 'within-12-hours',
              routeDomains: federated && routed && proposedDomain !== null ? [proposedDomain] : [],
            })
          }
        >
          {confirm}
        </Button>
      </div>
    </div>
  );
}
