import { diagnosisOf } from '../../tools/diagnosis/diagnosis-page.ts';
import type { Diagnosis } from '../../tools/diagnosis/diagnosis-page.ts';
import { MISCONFIGURATIONS } from '../../tools/diagnosis/misconfigurations.ts';
import type { Misconfiguration } from '../../tools/diagnosis/misconfiguration.ts';

const ALL: readonly Misconfiguration[] = Object.values(MISCONFIGURATIONS).flat();

/** A row of `docs/reference/diagnosis.md` by what is wrong. */
export function diagnosisFor(mistake: string): Diagnosis & { code: string } {
  const row = ALL.find((one) => one.mistake === mistake);
  if (row === undefined) throw new Error(`no row “${mistake}”`);
  return { ...diagnosisOf(row), code: row.code };
}
