import '../../../texts/applications/add-health.ts';
import type { ApplicationState } from '../../../../src/api/contract/applications/health.ts';
import { StateChip, type Tone } from '../../../parts/state-chip.tsx';
import { t } from '../../../texts/t.ts';

const TONES: Record<ApplicationState, Tone> = { works: 'good', fails: 'bad', unused: 'idle' };

/** Whether people get into an application, in a word. */
export function ApplicationChip({ state }: { state: ApplicationState }) {
  return <StateChip tone={TONES[state]}>{t(`application.health.${state}`)}</StateChip>;
}
