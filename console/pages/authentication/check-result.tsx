import type { AuthenticationCheck } from '../../../src/api/contract/authentication.ts';
import type { Method } from '../../../src/api/contract/wire.ts';
import { providerName } from '../../labels.tsx';
import { Skeleton } from '../../parts/list/data-list.tsx';
import { ExplainedFailure } from '../../parts/explained-failure.tsx';
import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';

/** What the provider answered to the settings as they stand, before anything is saved. */
export function CheckResult({
  method,
  pending,
  result,
}: {
  method: Method;
  pending: boolean;
  result: AuthenticationCheck | undefined;
}) {
  if (method !== 'entra-id' && method !== 'openid-connect') return null;
  if (pending) {
    return (
      <Notice tone="idle" live>
        <p>{t('check.pending')}</p>
        <Skeleton width={200} />
      </Notice>
    );
  }
  if (result === undefined) return null;
  if (!result.ok) return <ExplainedFailure title={t('check.failed')} explanation={result.problem} live />;
  return (
    <Notice live tone={result.notes.length === 0 ? 'good' : 'warn'}>
      <p>
        <strong>
          {t(`check.answers.${method}`, {
            host: hostOf(result.provider?.issuer),
            directory: result.provider?.settings['directoryId'] ?? '',
          })}
        </strong>{' '}
        {t('affected.users', { users: result.affected.users, provider: providerName(method) })}
      </p>
      <CheckNotes notes={result.notes} />
    </Notice>
  );
}

/** What was left out of the provider's documents, or looks wrong, though it can be saved. */
export function CheckNotes({ notes }: { notes: AuthenticationCheck['notes'] }) {
  return notes.map(({ code, what, fix }, place) => (
    // oxlint-disable-next-line react/no-array-index-key -- the list does not change, and two notes may share a code
    <p key={place} data-code={code}>
      {what} {fix}
    </p>
  ));
}

function hostOf(issuer: string | undefined): string {
  return issuer !== undefined && URL.canParse(issuer) ? new URL(issuer).host : '';
}
