import '../../texts/applications/add-applications.ts';
import './programs.css';
import '../../texts/applications/add-programs.ts';
import { Link } from '@tanstack/react-router';
import { PageHead } from '../../parts/frame/page-head.tsx';
import { useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';
import { ProgramMark } from './program-mark.tsx';
import { ProgramTiles, type FurtherTile } from './program-tiles.tsx';

/** What has no page of its own that people log in to; each leads to the form of all settings with its kind. */
const WITHOUT_PAGE = [
  { kind: 'machine', mark: 'Ma' },
  { kind: 'device', mark: 'De' },
] as const;

function furtherTiles(): FurtherTile[] {
  return WITHOUT_PAGE.map(({ kind, mark }) => ({
    id: kind,
    text: [t(`programs.${kind}`), t(`programs.${kind}.about`), t(`programs.${kind}.words`)].join(' '),
    tile: (
      <Link className="program" to="/applications/register/kind/$kind" params={{ kind }}>
        <ProgramMark id={kind} mark={mark} />
        <span className="program-name">{t(`programs.${kind}`)}</span>
        <span className="program-about">{t(`programs.${kind}.about`)}</span>
      </Link>
    ),
  }));
}

/** *Register application* begins here: which program it is. */
export function ChooseProgramPage() {
  const { organization } = useMe();
  const other = (
    <Link className="program" to="/applications/register/other">
      <span className="program-mark" data-hue={6} aria-hidden="true">
        +
      </span>
      <span className="program-name">{t('programs.other')}</span>
      <span className="program-about">{t('programs.other.about')}</span>
    </Link>
  );
  return (
    <>
      <PageHead
        title={t('programs.which')}
        section={t('applications.register')}
        line={t('applications.register.line', { name: organization.name })}
        back={<Link to="/applications">{t('nav.applications')}</Link>}
        actions={
          <Link className="button-link" data-quiet to="/applications/register/all-settings">
            {t('programs.all-settings')}
          </Link>
        }
      />
      <ProgramTiles to="/applications/register/$presetId" further={furtherTiles()} last={other} />
    </>
  );
}
