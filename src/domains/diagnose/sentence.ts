import type { Remark } from './finding.ts';
import type { Text } from '../../texts/catalog.ts';

/** A finding or note as a sentence of the catalog: what DNS shows, then what to do. */
export function sentenceOf(t: Text, { code, values }: Remark): string {
  return t(`domain-finding.${code}`, values);
}
