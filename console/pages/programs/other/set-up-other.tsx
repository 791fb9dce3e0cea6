import '../../../texts/applications/add-applications.ts';
import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import type { Application } from '../../../../src/api/contract/applications.ts';
import { Card } from '../../../parts/card.tsx';
import { PageHead } from '../../../parts/frame/page-head.tsx';
import { t, tRich } from '../../../texts/t.ts';
import { fillingOf } from '../program-values.ts';
import { SecretGuard, SecretOnce } from '../secret-guard.tsx';
import { SingleValues } from '../single-values.tsx';
import { UnprovenNotice } from '../unproven-notice.tsx';

/** An application that was registered a moment ago. */
export interface RegisteredOther {
  application: Application;
  /** Null for an application without one. */
  clientSecret: string | null;
}

/** After *Register*: what to enter in a program there is no preset for. */
export function SetUpOther({ registered: { application, clientSecret } }: { registered: RegisteredOther }) {
  const [stored, setStored] = useState(clientSecret === null);
  const filling = {
    ...fillingOf('', {}),
    clientId: application.clientId,
    ...(clientSecret === null ? {} : { clientSecret }),
  };
  return (
    <>
      <PageHead
        title={t('program.set-up.title', { name: application.name })}
        line={t('applications.registered', { name: application.name })}
        back={<Link to="/applications">{t('nav.applications')}</Link>}
      />
      {clientSecret !== null && <SecretOnce />}
      <UnprovenNotice />
      <SingleValues
        title={t('other.enter-there')}
        filling={filling}
        further={[
          ...application.redirectUris.map((uri) => [t('other.redirect-uri'), uri] as const),
          [t('other.scope'), 'openid profile email'],
        ]}
      />
      <Card title={t('program.notes')}>
        <ul className="points">
          <li>{tRich('other.notes.discovery')}</li>
          <li>{tRich('other.notes.sub')}</li>
          <li>{tRich('other.notes.address')}</li>
          {application.withoutPkce ? null : <li>{tRich('other.notes.pkce')}</li>}
        </ul>
      </Card>
      <Card title={t('program.then')}>
        <p>{t('other.then')}</p>
      </Card>
      <div className="form-actions program-done">
        <SecretGuard shown={!stored} application={application} onStored={() => setStored(true)} />
      </div>
    </>
  );
}
