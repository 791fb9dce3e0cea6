import type { LoginStep } from '../../../src/api/contract/logins.ts';
import { Facts } from '../../parts/card.tsx';
import { moment, t } from '../../texts/t.ts';

/** Steps of a login, or of one that is only imagined, in their order. */
export function LoginSteps({ steps }: { steps: readonly LoginStep[] }) {
  return (
    <ol className="told" aria-label={t('why.steps')}>
      {steps.map((step, index) => (
        // A step has no id; the list is replaced as a whole.
        <li key={`${index} ${step.text}`} className="told-step" data-tone={step.tone}>
          <p>
            {step.text}
            {step.at !== null && (
              <>
                {' '}
                <time className="soft small nowrap" dateTime={step.at}>
                  {moment(new Date(step.at))}
                </time>
              </>
            )}
          </p>
          {step.facts.length > 0 && (
            <Facts rows={step.facts.map(({ name, value }) => [name, <code key={name}>{value}</code>] as const)} />
          )}
        </li>
      ))}
    </ol>
  );
}
