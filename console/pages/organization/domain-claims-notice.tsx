import '../../texts/domains/add-domain-wait.ts';
import { Link } from '@tanstack/react-router';
import type { DomainClaim } from '../../../src/api/contract/domains.ts';
import { CopyValue } from '../../parts/copy-value.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useAnswer, useMay } from '../../api/queries.ts';
import { useScope } from '../../scope.ts';
import { moment, t } from '../../texts/t.ts';

/** Claims of other organizations on domains of this one's users that wait: what will change, when, and what to do. */
export function DomainClaimsNotice() {
  const { organizationId } = useScope();
  const { data } = useAnswer('listDomains', { params: { organizationId } });
  if (data === undefined || data.domainClaims.length === 0) return null;
  return (
    <div className="domain-claims">
      {data.domainClaims.map((claim) => (
        <OneClaim key={claim.domain} claim={claim} />
      ))}
    </div>
  );
}

function OneClaim({ claim }: { claim: DomainClaim }) {
  const { organizationId } = useScope();
  const { domain, users, claimedBy } = claim;
  const mayWithdraw = useMay('edit-authentication');
  const at = moment(new Date(claim.takesEffectAt));
  return (
    <Notice tone="warn">
      <p>
        <strong>
          {claimedBy === null
            ? t('domain-claim.title', { domain })
            : t('domain-claim.title.named', { domain, organization: claimedBy.name })}
        </strong>{' '}
        {t('domain-claim.what', { users, at })}
      </p>
      <ul>
        <li>{t('domain-claim.keep')}</li>
        <li>{t('domain-claim.move')}</li>
        {claimedBy === null && <li>{t('domain-claim.object')}</li>}
      </ul>
      {claimedBy !== null && (
        <p>
          {mayWithdraw && `${t('domain-claim.do.named')} `}
          <Link to="/managed-organizations/$organizationId/domains" params={{ organizationId: claimedBy.id }}>
            {t('domain-claim.look')}
          </Link>
        </p>
      )}
      <p className="small soft">{t('domain-claim.link')}</p>
      <CopyValue
        value={new URL(`/login/o/${organizationId}`, window.location.origin).href}
        name={t('domain-claim.link')}
      />
    </Notice>
  );
}
