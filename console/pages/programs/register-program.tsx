import './programs.css';
import '../../texts/applications/add-programs.ts';
import { Button, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { PRESETS } from '../../../works-with/applications/presets.ts';
import { readAddress, type ApplicationPreset } from '../../../works-with/preset.ts';
import { useChange, useMe } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { fieldErrors, focusFirstError } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { useKept } from '../../parts/form/use-kept.ts';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { MarkedText } from '../../parts/marked-text.tsx';
import { t } from '../../texts/t.ts';
import { StaleProofNotice } from '../authentication/stale-proof-notice.tsx';
import { NotFound } from '../states.tsx';
import { initialValues, problemsOf, registrationOf, registrationWith, type ProgramValues } from './program-values.ts';
import { RegisteredFacts } from './registered-facts.tsx';
import { SetUpProgram, type RegisteredProgram } from './set-up-program.tsx';

/** One program: what only the person knows, what will be registered, *Register*; afterwards what to set there. */
export function RegisterProgramPage() {
  const { presetId } = useParams({ strict: false });
  const preset = PRESETS.find(({ id }) => id === presetId);
  const [done, setDone] = useState<RegisteredProgram | null>(null);
  if (preset === undefined) return <NotFound />;
  if (done !== null) return <SetUpProgram preset={preset} registered={done} />;
  return <ProgramForm key={preset.id} preset={preset} onRegistered={setDone} />;
}

interface FormProps {
  preset: ApplicationPreset;
  onRegistered: (registered: RegisteredProgram) => void;
}

function ProgramForm({ preset, onRegistered }: FormProps) {
  const { organization, isRootAdministrator } = useMe();
  const element = useRef<HTMLFormElement>(null);
  const formName = `register.${preset.id}`;
  const form = useForm<ProgramValues>({
    initialValues: initialValues(preset, isRootAdministrator),
    validate: (values) => problemsOf(preset, values),
  });
  useKept(formName, form.setValues);
  const register = useChange('registerApplication', ({ application, clientSecret }) => {
    const { address, answers } = form.values;
    onRegistered({ application, clientSecret, address, answers });
  });
  const send = (values: ProgramValues): void =>
    register.mutate(
      { params: { organizationId: organization.id }, body: registrationOf(preset, values, isRootAdministrator) },
      {
        onError: (error) => {
          form.setErrors(underAddress(fieldErrors(error)));
          focusFirstError(element.current);
        },
      },
    );
  return (
    <>
      <PageHead
        title={t('program.register.title', { name: preset.name })}
        line={<MarkedText text={preset.about} />}
        back={<Link to="/applications/register">{t('programs.which')}</Link>}
        actions={
          <Link className="button-link" data-quiet to="/applications/guides/$presetId" params={{ presetId: preset.id }}>
            {t('program.read-guide')}
          </Link>
        }
      />
      <form noValidate ref={element} onSubmit={form.onSubmit(send, () => focusFirstError(element.current))}>
        <Card title={t('program.yours')}>
          <div className="form">
            <StaleProofNotice />
            <TextInput
              label={t('program.address', { name: preset.name })}
              description={t('program.address.help', { example: preset.example })}
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('address')}
            />
            {(preset.questions ?? []).map(({ id, label, help }) => (
              <TextInput
                key={id}
                label={<bdi lang="en">{label}</bdi>}
                description={<MarkedText text={help} />}
                autoComplete="off"
                spellCheck={false}
                {...form.getInputProps(`answers.${id}`)}
              />
            ))}
            <TextInput
              label={t('organizations.name')}
              description={t('application.name.help')}
              maxLength={120}
              autoComplete="off"
              {...form.getInputProps('name')}
            />
            {isRootAdministrator && (
              <Switch
                label={t('application.first-party')}
                description={t('application.first-party.help')}
                {...form.getInputProps('firstParty', { type: 'checkbox' })}
              />
            )}
          </div>
        </Card>
        <Card title={t('program.will-be-registered')}>
          <Preview preset={preset} values={form.values} />
          <FormProblem error={register.error} />
          <div className="form-actions">
            <Button type="submit" loading={register.isPending}>
              {t('program.register')}
            </Button>
            <Link className="button-link" data-quiet data-tall to="/applications/register">
              {t('cancel')}
            </Link>
          </div>
        </Card>
      </form>
      <UnsavedGuard name={formName} dirty={form.isDirty() && register.data === undefined} keep={() => form.values} />
    </>
  );
}

/** The registration with what was entered; until there is an address, with the example's. */
function Preview({ preset, values }: { preset: ApplicationPreset; values: ProgramValues }) {
  const known = readAddress(values.address) !== null;
  return (
    <>
      <p className="soft">{known ? t('program.preview') : t('program.preview.example')}</p>
      <div className={known ? undefined : 'as-example'}>
        <RegisteredFacts registration={registrationWith(preset, values)} />
      </div>
    </>
  );
}

/** Every address that is registered comes of the one that was entered. */
function underAddress({
  redirectUris,
  postLogoutRedirectUris,
  backchannelLogoutUri,
  initiateLoginUri,
  ...others
}: Record<string, string>): Record<string, string> {
  const problem = redirectUris ?? postLogoutRedirectUris ?? backchannelLogoutUri ?? initiateLoginUri;
  return problem === undefined ? others : { ...others, address: problem };
}
