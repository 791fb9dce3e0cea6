import { redirect, show } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { PageRequest } from '../handle-request.ts';
import type { LoginDeps } from '../login-deps.ts';
import { cardPage } from '../pages/layout.ts';
import type { Shell } from '../pages/layout.ts';
import { field, form, heading, hidden, submit, summary } from '../pages/parts.ts';
import type { Problem } from '../pages/parts.ts';
import { AppError } from '../../base/errors.ts';
import type { FieldErrorCode } from '../../base/field-errors.ts';
import { inTransaction } from '../../db/database.ts';
import { html } from '../../http/html.ts';
import type { Html } from '../../http/html.ts';
import { changeOwnProfile } from '../../users/profile/change-own-profile.ts';
import type { User } from '../../users/user.ts';

type NameFields = Pick<User, 'givenName' | 'familyName'>;

/** POST /account/profile: the form, and what it sends. */
export async function changeProfile(deps: LoginDeps, request: PageRequest, { user }: { user: User }): Promise<Answer> {
  const { given_name: givenName, family_name: familyName, locale } = request.form;
  if (givenName === undefined) return show(profilePage(deps.shell, user, undefined));
  const typed = { givenName, familyName: familyName ?? '', locale: locale ?? '' };
  try {
    await inTransaction(deps, async (deps) =>
      changeOwnProfile(deps, { userId: user.id, organizationId: user.organizationId }, typed),
    );
  } catch (error) {
    const problem = profileProblem(deps.shell, error);
    if (problem === undefined) throw error;
    return show(profilePage(deps.shell, { ...user, ...typed }, problem), 422);
  }
  return redirect('/account');
}

/** What is wrong with what was typed; undefined for another error. */
export function profileProblem({ t }: Shell, error: unknown): Problem | undefined {
  if (!(error instanceof AppError) || error.code !== 'input.malformed') return undefined;
  const [wrong] = error.fields;
  if (wrong === undefined) return undefined;
  const name = { givenName: 'given_name', familyName: 'family_name' }[wrong.field] ?? wrong.field;
  return { field: name, text: t(`field.${wrong.code as FieldErrorCode}`, wrong.values) };
}

/** The fields of a person's name; both may be left empty. */
export function nameFields({ t }: Shell, { givenName, familyName }: NameFields, problem: Problem | undefined): Html {
  return html`${field(
    {
      name: 'given_name',
      label: t('account.given-name'),
      value: givenName ?? '',
      autocomplete: 'given-name',
      maxlength: 120,
      optional: true,
    },
    problem,
    problem === undefined,
  )}
  ${field(
    {
      name: 'family_name',
      label: t('account.family-name'),
      value: familyName ?? '',
      autocomplete: 'family-name',
      maxlength: 120,
      optional: true,
    },
    problem,
  )}`;
}

function profilePage(shell: Shell, profile: NameFields & Pick<User, 'locale'>, problem: Problem | undefined): string {
  const { t } = shell;
  const title = t('account.profile');
  const locale = field(
    {
      name: 'locale',
      label: t('account.locale'),
      value: profile.locale ?? '',
      help: t('account.locale-help'),
      maxlength: 35,
      optional: true,
    },
    problem,
  );
  return cardPage(shell, {
    title,
    body: html`${heading(title, t('account.profile-lead'))} ${summary(problem)}
      ${form(
        '/account/profile',
        html`${hidden({ save: 'yes' })}${nameFields(shell, profile, problem)}${locale}${submit(t('account.save'))}`,
      )}
      <p class="below"><a href="/account">${t('account.back')}</a></p>`,
  });
}
