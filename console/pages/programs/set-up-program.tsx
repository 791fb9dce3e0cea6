import '../../texts/applications/add-applications.ts';
import './programs.css';
import '../../texts/applications/add-programs.ts';
import { TextInput } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Application } from '../../../src/api/contract/applications.ts';
import { PRESETS } from '../../../works-with/applications/presets.ts';
import type { ApplicationPreset } from '../../../works-with/preset.ts';
import { useAnswer, useMe } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { MarkedText } from '../../parts/marked-text.tsx';
import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';
import { NotFound, PageFailure, Waiting } from '../states.tsx';
import { PasteBlocks, ToldOfProgram } from './paste-blocks.tsx';
import { fillingOf, makeRandom, recoverValues, type Filling } from './program-values.ts';
import { SecretGuard, SecretOnce } from './secret-guard.tsx';
import { SingleValues } from './single-values.tsx';
import { UnprovenNotice } from './unproven-notice.tsx';

/** An application that was registered a moment ago, and what was entered for it. */
export interface RegisteredProgram {
  application: Application;
  /** Null for an application without one. */
  clientSecret: string | null;
  address: string;
  answers: Filling;
}

/** After *Register*: everything to set in the program, with the client secret this once. */
export function SetUpProgram({ preset, registered }: { preset: ApplicationPreset; registered: RegisteredProgram }) {
  const { application, clientSecret } = registered;
  const [random] = useState(makeRandom);
  const [stored, setStored] = useState(clientSecret === null);
  const filling = {
    ...fillingOf(registered.address, registered.answers),
    clientId: application.clientId,
    random,
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
      <PasteBlocks preset={preset} filling={filling} />
      <SingleValues title={t('program.single-values')} filling={filling} />
      <ToldOfProgram preset={preset} filling={filling} />
      <div className="form-actions program-done">
        <SecretGuard shown={!stored} application={application} onStored={() => setStored(true)} />
      </div>
    </>
  );
}

/** The same page later: without the client secret, which nobody can read again. */
export function ProgramOfApplicationPage() {
  const { applicationId = '' } = useParams({ strict: false });
  const organizationId = useMe().organization.id;
  const { data, error, refetch } = useAnswer('getApplication', { params: { organizationId, applicationId } });
  if (error !== null && data === undefined) return <PageFailure error={error} reset={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  const preset = PRESETS.find(({ id }) => id === data.preset);
  if (preset !== undefined) return <SetUpAgain preset={preset} application={data} />;
  return data.preset === null ? <NotFound /> : <UnknownProgram preset={data.preset} application={data} />;
}

/** Registered by a preset of a newer version, or one that is gone. */
function UnknownProgram({ preset, application }: { preset: string; application: Application }) {
  return (
    <>
      <PageHead
        title={t('program.set-up.title', { name: application.name })}
        back={<ToApplication application={application} />}
      />
      <Notice tone="idle">{t('program.unknown', { preset })}</Notice>
    </>
  );
}

function ToApplication({ application }: { application: Application }) {
  return (
    <Link to="/applications/$applicationId" params={{ applicationId: application.id }}>
      {application.name}
    </Link>
  );
}

function SetUpAgain({ preset, application }: { preset: ApplicationPreset; application: Application }) {
  const known = recoverValues(preset, application);
  const asked = (preset.questions ?? []).filter(({ id }) => known.answers[id] === undefined);
  const [answers, setAnswers] = useState<Filling>(
    Object.fromEntries(asked.map(({ id, initial }) => [id, initial] as const)),
  );
  const filling = {
    ...fillingOf(known.address, { ...answers, ...known.answers }),
    clientId: application.clientId,
  };
  return (
    <>
      <PageHead
        title={t('program.set-up.title', { name: application.name })}
        line={<MarkedText text={preset.about} />}
        back={<ToApplication application={application} />}
      />
      {application.clientAuthentication.startsWith('client_secret') && (
        <div className="page-notice">
          <Notice tone="idle">{t('program.secret-gone')}</Notice>
        </div>
      )}
      <UnprovenNotice />
      {asked.length > 0 && (
        <Card title={t('program.yours')}>
          <div className="form">
            {asked.map(({ id, label, help }) => (
              <TextInput
                key={id}
                label={<bdi lang="en">{label}</bdi>}
                description={<MarkedText text={help} />}
                value={answers[id] ?? ''}
                onChange={(event) => {
                  const { value } = event.currentTarget;
                  setAnswers((before) => ({ ...before, [id]: value }));
                }}
                autoComplete="off"
                spellCheck={false}
              />
            ))}
          </div>
        </Card>
      )}
      <PasteBlocks preset={preset} filling={filling} />
      <SingleValues title={t('program.single-values')} filling={filling} />
      <ToldOfProgram preset={preset} filling={filling} />
    </>
  );
}
