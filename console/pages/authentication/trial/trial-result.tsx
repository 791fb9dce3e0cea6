import type { Trial } from '../../../../src/api/contract/connections/trials.ts';
import { CopyValue } from '../../../parts/copy-value.tsx';
import { ExplainedFailure } from '../../../parts/explained-failure.tsx';
import { Facts } from '../../../parts/card.tsx';
import { Notice } from '../../../parts/notice.tsx';
import { t, type TextKey } from '../../../texts/t.ts';

export type TrialRun = Trial['run'];

/** What is known of a round trip: where it stands, each check, what came back, and who would be logged in. */
export function TrialResult({ trial, run, url }: { trial: Trial; run: TrialRun; url: string | undefined }) {
  const { state, outcome, problem } = run;
  return (
    <section className="trial" aria-label={t('trial')}>
      {state === 'ready' && (
        <Notice tone="idle" live>
          <p>{t('trial.ready')}</p>
          {url !== undefined && (
            <p>
              <a href={url} target="_blank" rel="noopener noreferrer">
                {t('trial.open')}
              </a>
            </p>
          )}
        </Notice>
      )}
      {state === 'sent' && (
        <Notice tone="idle" live>
          <p>
            <strong>{t('trial.sent')}</strong> {problem?.what}
          </p>
          <p>{problem?.fix}</p>
        </Notice>
      )}
      {state === 'failed' && (
        <ExplainedFailure title={t('trial.failed')} explanation={problem} live>
          {run.providerCode !== null && <p className="small">{t('trial.provider-code', { code: run.providerCode })}</p>}
          {run.correlationId !== null && <p className="small">{t('trial.correlation', { id: run.correlationId })}</p>}
        </ExplainedFailure>
      )}
      {state === 'passed' && (
        <Notice tone={outcome?.admitted === false ? 'warn' : 'good'} live>
          <p>
            <strong>{t('trial.passed')}</strong> {outcome?.sentence}
          </p>
        </Notice>
      )}
      {run.person !== null && (
        <Facts
          rows={[
            [t('mapping.name'), run.person.name],
            [t('mapping.address'), run.person.address],
          ]}
        />
      )}
      {run.unmapped.map((one) => (
        <ExplainedFailure key={one.code} title={t('mapping.unmapped')} explanation={one} tone="warn" />
      ))}
      {run.supplement !== null && <ExplainedFailure title={t('trial.supplement')} explanation={run.supplement} />}
      {run.concernsRedirectUrl && <CopyValue value={trial.redirectUrl} name={t('redirect-url')} />}
      {run.finishedAt !== null && <TrialChecks checks={run.checks} />}
      {run.claims !== null && <Claims claims={run.claims} />}
      {run.logout !== null && <p className="soft small">{run.logout}</p>}
    </section>
  );
}

const MARKS: Record<TrialRun['checks'][number]['state'], TextKey> = {
  passed: 'trial.check.passed',
  failed: 'trial.check.failed',
  'not-checked': 'trial.check.not-checked',
  'not-needed': 'trial.check.not-needed',
};

function TrialChecks({ checks }: { checks: TrialRun['checks'] }) {
  return (
    <ol className="trial-checks" aria-label={t('trial.checks')}>
      {checks.map(({ check, name, state }) => (
        <li key={check} data-check={check} data-state={state}>
          <span>{name}</span> <span className="trial-check-state">{t(MARKS[state])}</span>
        </li>
      ))}
    </ol>
  );
}

function Claims({ claims }: { claims: NonNullable<TrialRun['claims']> }) {
  return (
    <details>
      <summary>{t('trial.claims')}</summary>
      <Facts rows={Object.entries(claims).map(([name, value]) => [name, <code key={name}>{value}</code>] as const)} />
    </details>
  );
}
