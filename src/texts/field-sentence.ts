import { isTextKey } from './catalog.ts';
import type { Text } from './catalog.ts';
import type { FieldError } from '../base/field-errors.ts';

/** A field's error as a sentence; what is wrong with a provider's settings, as two: what it is and what to do. */
export function fieldSentence(t: Text, { code, values }: Pick<FieldError, 'code' | 'values'>): string {
  const keys = [`field.${code}`, `connection.${code}.what`, `connection.${code}.fix`];
  return keys
    .filter(isTextKey)
    .map((key) => t(key, values))
    .join(' ');
}
