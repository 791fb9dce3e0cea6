import '../texts/mails/add-mails.ts';
import { isTextKey, t } from '../texts/t.ts';

/** What a mail is called, by its kind; one that a newer server sends is called by its kind. */
export function mailKindName(kind: string): string {
  const key = `mail-kind.${kind}`;
  return isTextKey(key) ? t(key) : kind;
}
