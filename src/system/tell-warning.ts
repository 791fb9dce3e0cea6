import { utcMinute } from '../base/clock.ts';
import type { Text, TextValues } from '../texts/catalog.ts';
import type { Warning } from './find-warnings.ts';

/** A warning in words: what it is, and what to do. */
export interface ToldWarning {
  code: Warning['code'];
  what: string;
  fix: string;
}

/** Writes a warning out, in the language of the reader. */
export function tellWarning(t: Text, warning: Warning): ToldWarning {
  const { code } = warning;
  const values = valuesOf(t, warning);
  return { code, what: t(`system.warning.${code}`, values), fix: t(`system.fix.${code}`, values) };
}

function valuesOf(t: Text, warning: Warning): TextValues {
  switch (warning.code) {
    case 'disk-low':
      return { folder: warning.values.folder, free: tellBytes(t, warning.values.free) };
    case 'mails-paused': {
      const { since, failure, said } = warning.values;
      const sentence = t(`mail.failure.${failure}`);
      return {
        since: utcMinute(since),
        reason: said === null ? sentence : t('mail.failure.said', { sentence, said }),
      };
    }
    case 'backup-old':
    case 'log-failing':
      return { ...warning.values, since: utcMinute(warning.values.since) };
    default:
      return warning.values;
  }
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size as people read it: `12.3 MB`, powers of 1000. */
export function tellBytes(t: Text, bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return new Intl.NumberFormat(t.language, {
    style: 'unit',
    unit: UNITS[power] ?? 'byte',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}
