import type { ApplicationPreset } from '../../../works-with/preset.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy-value.tsx';
import { MarkedText } from '../../parts/marked-text.tsx';
import { t } from '../../texts/t.ts';
import { fillForReading, type Filling } from './program-values.ts';

interface ToldProps {
  preset: ApplicationPreset;
  filling: Filling;
}

/** What is pasted into the program, a copy button for each piece. */
export function PasteBlocks({ preset, filling }: ToldProps) {
  return (
    <Card title={t('program.paste', { name: preset.name })}>
      {preset.there.map(({ where, text }) => {
        const place = fillForReading(where, filling);
        const filled = fillForReading(text, filling);
        return (
          <div className="paste" key={where}>
            <div className="paste-head">
              <h3>
                <MarkedText text={place} />
              </h3>
              <CopyButton value={filled} name={place} />
            </div>
            <code className="paste-text" dir="ltr">
              {filled}
            </code>
          </div>
        );
      })}
    </Card>
  );
}

/** What to know of the program, how to see that it works, what it lacks. */
export function ToldOfProgram({ preset, filling }: ToldProps) {
  const told = (sentences: readonly string[]) => (
    <ul className="points">
      {sentences.map((sentence) => (
        <li key={sentence}>
          <MarkedText text={fillForReading(sentence, filling)} />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {preset.notes.length > 0 && (
        <Card title={t('program.notes')}>
          <div className="told-program">{told(preset.notes)}</div>
        </Card>
      )}
      <Card title={t('program.then')}>
        <p className="told-program">
          <MarkedText text={fillForReading(preset.then, filling)} />
        </p>
      </Card>
      {preset.lacks.length > 0 && (
        <Card title={t('program.lacks')}>
          <div className="told-program">{told(preset.lacks)}</div>
        </Card>
      )}
    </>
  );
}
