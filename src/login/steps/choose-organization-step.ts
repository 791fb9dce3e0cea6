import { rememberChoice } from './last-choice.ts';
import type { LoginStep } from './step.ts';
import { stepUrl } from './step.ts';
import { findDestinationOfUser, findProvenUsers } from '../../logins/find-destination.ts';
import { cardPage } from '../pages/layout.ts';
import { choice, heading, summary, who } from '../pages/parts.ts';
import { AppError } from '../../base/errors.ts';
import { formatId } from '../../base/ids.ts';
import { html } from '../../http/html.ts';
import { findOrganizations } from '../../organizations/find-organization.ts';
import { parseEmailAddress } from '../../users/email-address.ts';

/** *Choose your organization*, among those where the proved address is a proven user. */
export const chooseOrganizationStep: LoginStep = {
  async show(deps, context, problem) {
    const { t } = deps.shell;
    const title = t('login.choose-organization.title');
    const email = context.state.login.email ?? '';
    const users = await findProvenUsers(deps, parseEmailAddress(email));
    const organizations = await findOrganizations(
      deps,
      users.map((user) => user.organizationId),
    );
    const names = [...organizations.values()].toSorted((a, b) => a.name.localeCompare(b.name));
    return cardPage(deps.shell, {
      title,
      body: html`${heading(title, t('login.choose-organization.lead'))} ${summary(problem)}
        ${who(t, email, stepUrl(context, 'start-over'))}
        <form method="post" action="${stepUrl(context, 'choose-organization')}" class="choices">
          ${names.map(({ id, name }) =>
            choice({ name: 'organization', value: formatId('org', id), title: name, icon: 'organization' }),
          )}
        </form>`,
    });
  },

  async submit(deps, context, given) {
    const address = parseEmailAddress(context.state.login.email ?? '');
    const users = await findProvenUsers(deps, address);
    const user = users.find((one) => formatId('org', one.organizationId) === given['organization']);
    if (user === undefined)
      throw new AppError('login.out-of-order', { detail: 'an organization that was not offered' });
    const to = await findDestinationOfUser(deps, user);
    return {
      kind: 'go',
      event: { kind: 'organization-chosen', to },
      cookies: [rememberChoice(deps, context.browser, address.key, user.organizationId)],
    };
  },
};
