import { ApiProblem, sentenceOf } from '../../api/problem.ts';
import { shownError } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { Notice } from '../notice.tsx';

/** Why a form was refused, above its buttons; what belongs to a field stands under the field. */
export function FormProblem({ error }: { error: unknown }) {
  const shown = shownError(error);
  if (shown === null || shown === undefined) return null;
  const reference = shown instanceof ApiProblem && shown.status >= 500 ? shown.reference : undefined;
  return (
    <Notice tone="bad" live>
      <p>{sentenceOf(shown)}</p>
      {reference !== undefined && <p className="small">{t('reference', { reference })}</p>}
    </Notice>
  );
}
