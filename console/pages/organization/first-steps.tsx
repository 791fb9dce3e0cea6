import { Link } from '@tanstack/react-router';
import { Card } from '../../parts/card.tsx';
import { useAnswer, useMe } from '../../api/queries.ts';
import { t, type TextKey } from '../../texts/t.ts';

interface Step {
  done: boolean;
  title: TextKey;
  text: TextKey;
  /** Where it is done: a page here or outside of the console, the dialog of this page, or null while another step has to come first. */
  place: { to: string } | { href: string } | 'dialog' | null;
}

/** What a new installation still needs, each ticked by itself; gone once all of it is there. Of the root alone. */
export function FirstSteps({ onAdd }: { onAdd: () => void }) {
  const { isRootAdministrator } = useMe();
  const steps = useFirstSteps(isRootAdministrator);
  if (!isRootAdministrator || steps === undefined || steps.every(({ done }) => done)) return null;
  const done = steps.filter((step) => step.done).length;
  return (
    <Card
      title={t('first-steps')}
      actions={<span className="soft small">{t('first-steps.progress', { done, all: steps.length })}</span>}
      bare
    >
      <ol className="steps">
        {steps.map((step) => (
          <li key={step.title} className="step" data-done={step.done || undefined}>
            <span className="step-mark" aria-hidden="true">
              {step.done ? '✓' : ''}
            </span>
            <span className="step-text">
              <StepTitle step={step} onAdd={onAdd} />
              <span className="soft small">{t(step.text)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function StepTitle({ step: { done, title, place }, onAdd }: { step: Step; onAdd: () => void }) {
  if (done) {
    return (
      <span>
        {t(title)} <span className="soft small">{t('first-steps.done')}</span>
      </span>
    );
  }
  if (place === null) return <span>{t(title)}</span>;
  if (place !== 'dialog' && 'href' in place) return <a href={place.href}>{t(title)}</a>;
  if (place !== 'dialog') return <Link to={place.to}>{t(title)}</Link>;
  return (
    <button className="link-button" type="button" onClick={onAdd}>
      {t(title)}
    </button>
  );
}

/** Undefined until everything is loaded, so that the list does not change while it is read. */
function useFirstSteps(enabled: boolean): Step[] | undefined {
  const { organization, user } = useMe();
  const applications = useAnswer(
    'listApplications',
    { params: { organizationId: organization.id }, query: { limit: 1 } },
    { enabled },
  ).data;
  const entra = useAnswer('listOrganizations', { query: { method: 'entra-id', limit: 1 } }, { enabled }).data;
  const openid = useAnswer('listOrganizations', { query: { method: 'openid-connect', limit: 1 } }, { enabled }).data;
  const all = useAnswer('listOrganizations', { query: { limit: 1 } }, { enabled }).data;
  if (all === undefined || applications === undefined || entra === undefined || openid === undefined) return undefined;
  const federated = entra.items.length + openid.items.length > 0 || organization.method !== 'built-in';
  const some = all.items[0]?.id;
  const settings = some === undefined ? null : { to: `/managed-organizations/${some}/authentication-settings` };
  return [
    {
      done: user?.emailProven === true,
      title: 'first-steps.address',
      text: 'first-steps.address.text',
      place: { href: '/account' },
    },
    {
      done: organization.users > 1,
      title: 'first-steps.invite',
      text: 'first-steps.invite.text',
      place: { to: '/users' },
    },
    {
      done: organization.managedOrganizations > 0,
      title: 'first-steps.organization',
      text: 'first-steps.organization.text',
      place: 'dialog',
    },
    { done: federated, title: 'first-steps.method', text: 'first-steps.method.text', place: settings },
    {
      done: applications.items.length > 0,
      title: 'first-steps.application',
      text: 'first-steps.application.text',
      place: { to: '/applications/register' },
    },
  ];
}
