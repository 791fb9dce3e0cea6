import { refusedPage } from '../message-pages.ts';
import { show } from '../../answer.ts';
import type { Answer } from '../../answer.ts';
import type { LoginContext } from '../../login-context.ts';
import type { LoginDeps } from '../../login-deps.ts';
import { stepUrl } from '../../steps/step.ts';
import { findOrganization } from '../../../organizations/find-organization.ts';

/** The page of a refused login: why, what to do next, whom to ask, and a reference to quote. */
export async function showRefusal(deps: LoginDeps, context: LoginContext): Promise<Answer> {
  const { t } = deps.shell;
  const { login } = context.state;
  const { application } = context.request;
  const organizationId = login.subject?.organizationId ?? login.connection?.organizationId;
  const organization = organizationId === undefined ? undefined : await findOrganization(deps, organizationId);
  const lead =
    login.refusal === null || login.refusal === 'login.refused' || login.refusal === 'access_denied'
      ? t('login.refused.lead')
      : t(`error.${login.refusal}`, { reference: context.row.reference });
  const leave =
    application.kind === 'registered' ? { action: stepUrl(context, 'leave'), application: application.name } : null;
  const page = refusedPage(deps.shell, {
    lead,
    reference: context.row.reference,
    supportContact: organization?.supportContact ?? null,
    startOver: stepUrl(context, 'start-over'),
    leave,
  });
  return show(page, 403);
}
