import './programs.css';
import '../../texts/applications/add-programs.ts';
import { Link, useParams } from '@tanstack/react-router';
import { PRESETS } from '../../../works-with/applications/presets.ts';
import type { ApplicationPreset } from '../../../works-with/preset.ts';
import { useMay } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { MarkedText } from '../../parts/marked-text.tsx';
import { t } from '../../texts/t.ts';
import { NotFound } from '../states.tsx';
import { PasteBlocks, ToldOfProgram } from './paste-blocks.tsx';
import { ProgramTiles } from './program-tiles.tsx';
import { fillingOf, initialValues, registrationWith } from './program-values.ts';
import { RegisteredFacts } from './registered-facts.tsx';

/** *Guides*: how each program is connected, to be read without registering anything. */
export function ProgramGuidesPage() {
  return (
    <>
      <PageHead
        title={t('applications.guides')}
        line={t('programs.guides.line')}
        back={<Link to="/applications">{t('nav.applications')}</Link>}
      />
      <ProgramTiles to="/applications/guides/$presetId" />
    </>
  );
}

/** The guide of one program, with its example's address. */
export function ProgramGuidePage() {
  const { presetId } = useParams({ strict: false });
  const preset = PRESETS.find(({ id }) => id === presetId);
  return preset === undefined ? <NotFound /> : <ProgramGuide preset={preset} />;
}

function ProgramGuide({ preset }: { preset: ApplicationPreset }) {
  const mayEdit = useMay('edit-applications');
  const example = { ...initialValues(preset, false), address: preset.example };
  const filling = fillingOf(example.address, example.answers);
  return (
    <>
      <PageHead
        title={t('program.guide.title', { name: preset.name })}
        line={t('program.guide.line', { version: preset.version })}
        back={<Link to="/applications/guides">{t('applications.guides')}</Link>}
        actions={
          mayEdit ? (
            <Link
              className="button-link"
              data-tall
              to="/applications/register/$presetId"
              params={{ presetId: preset.id }}
            >
              {t('program.register.title', { name: preset.name })}
            </Link>
          ) : undefined
        }
      />
      <Card title={t('program.registered-here')}>
        <p className="soft">
          <MarkedText text={preset.about} />
        </p>
        <p className="soft">{t('program.guide.example', { example: preset.example })}</p>
        <RegisteredFacts registration={registrationWith(preset, example)} />
      </Card>
      <PasteBlocks preset={preset} filling={filling} />
      <ToldOfProgram preset={preset} filling={filling} />
    </>
  );
}
