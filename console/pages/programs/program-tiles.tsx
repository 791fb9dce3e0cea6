import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { PRESETS } from '../../../works-with/applications/presets.ts';
import { SearchField } from '../../parts/list/search-field.tsx';
import { MarkedText } from '../../parts/marked-text.tsx';
import { t } from '../../texts/t.ts';
import { findPrograms } from './find-programs.ts';
import { ProgramMark } from './program-mark.tsx';

type Target = '/applications/register/$presetId' | '/applications/guides/$presetId';

/** A tile that is no preset's, and what it is found by. */
export interface FurtherTile {
  id: string;
  text: string;
  tile: ReactNode;
}

interface ProgramTilesProps {
  to: Target;
  further?: readonly FurtherTile[];
  /** Stands behind them whatever is searched. */
  last?: ReactNode;
}

/** The programs there are presets for and what else there is, narrowed by a search. */
export function ProgramTiles({ to, further = [], last }: ProgramTilesProps) {
  const [search, setSearch] = useState('');
  const navigate = useNavigate();
  const found = findPrograms(PRESETS, search);
  const words = search.toLowerCase().split(/\s+/);
  const beside = further.filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
  const count = found.length + beside.length;
  const openOnly = (text: string): void => {
    const [only, ...more] = findPrograms(PRESETS, text);
    if (only !== undefined && more.length === 0) void navigate({ to, params: { presetId: only.id } });
  };
  return (
    <>
      <div className="filters">
        <SearchField
          label={t('programs.search')}
          value={search}
          onSearch={setSearch}
          onEnter={openOnly}
          found={t('programs.count', { count })}
        />
      </div>
      {count === 0 && <p className="soft programs-none">{t('programs.none', { search })}</p>}
      <ul className="programs">
        {found.map(({ id, name, mark, about }) => (
          <li key={id}>
            <Link className="program" to={to} params={{ presetId: id }}>
              <ProgramMark id={id} mark={mark} />
              <span className="program-name">
                <bdi lang="en">{name}</bdi>
              </span>
              <span className="program-about">
                <MarkedText text={about} />
              </span>
            </Link>
          </li>
        ))}
        {beside.map(({ id, tile }) => (
          <li key={id}>{tile}</li>
        ))}
        {last !== undefined && <li>{last}</li>}
      </ul>
    </>
  );
}
