import type { User } from '../user.ts';
import type { UserChange } from '../user-store.ts';
import { AppError } from '../../base/errors.ts';
import { fieldError } from '../../base/field-errors.ts';
import { cutName, parsePlainName, readPlainName } from '../../base/plain-name.ts';

/** What a person is called, and in which language addressed (OpenID Connect Core 5.1). Each null where nobody said. */
export interface Profile {
  /** As shown. */
  name: string | null;
  givenName: string | null;
  familyName: string | null;
  /** A language tag (BCP 47). */
  locale: string | null;
}

/** A profile as typed: what is left out stays, what is empty is taken away. */
export type TypedProfile = { [field in keyof Profile]?: string | null | undefined };

const FIELDS = ['name', 'givenName', 'familyName', 'locale'] as const;

/**
 * The columns of a user that a typed profile changes; none where it changes nothing. Who has no name as shown, or one made of
 * given and family name, is called by these.
 * @throws input.malformed
 */
export function profileChange(before: Profile, typed: TypedProfile, now: Date): UserChange {
  const after: Profile = {
    name: typed.name === undefined ? before.name : readName('name', typed.name),
    givenName: typed.givenName === undefined ? before.givenName : readName('givenName', typed.givenName),
    familyName: typed.familyName === undefined ? before.familyName : readName('familyName', typed.familyName),
    locale: typed.locale === undefined ? before.locale : parseLocale(typed.locale),
  };
  if (after.name === null || (typed.name === undefined && before.name === joined(before))) after.name = joined(after);
  const changed = FIELDS.filter((field) => after[field] !== before[field]);
  if (changed.length === 0) return {};
  return { ...Object.fromEntries(changed.map((field) => [field, after[field]])), profileChangedAt: now };
}

/** The fields in which two profiles differ, for the audit log. */
export function changedFields(before: Profile, after: Profile): (keyof Profile)[] {
  return FIELDS.filter((field) => before[field] !== after[field]);
}

/**
 * What an identity provider states at a first login, taken where the user has none: what somebody typed is never overwritten.
 * Values that break our rules are left out.
 */
export function missingProfile(
  user: Pick<User, 'givenName' | 'familyName' | 'locale'>,
  stated: {
    givenName?: string | null | undefined;
    familyName?: string | null | undefined;
    locale?: string | null | undefined;
  },
): UserChange {
  const givenName = user.givenName === null ? usableName(stated.givenName) : null;
  const familyName = user.familyName === null ? usableName(stated.familyName) : null;
  const locale = user.locale === null ? readLocale(stated.locale ?? '') : null;
  return {
    ...(givenName === null ? {} : { givenName }),
    ...(familyName === null ? {} : { familyName }),
    ...(locale === null ? {} : { locale }),
  };
}

/** Given and family name in the order in which most lists of ours are read; null without either. */
function joined({ givenName, familyName }: Pick<Profile, 'givenName' | 'familyName'>): string | null {
  const parts = [givenName, familyName].filter((part) => part !== null);
  return parts.length === 0 ? null : cutName(parts.join(' '));
}

/** A name as typed; nothing typed takes it away. */
function readName(field: string, typed: string | null): string | null {
  return typed === null || typed.trim() === '' ? null : parsePlainName(field, typed);
}

function usableName(stated: string | null | undefined): string | null {
  const read = stated === null || stated === undefined ? 'one-line' : readPlainName(cutName(stated));
  return typeof read === 'object' ? read.name : null;
}

function parseLocale(typed: string | null): string | null {
  if (typed === null || typed.trim() === '') return null;
  const locale = readLocale(typed);
  if (locale === null) throw new AppError('input.malformed', { fields: [fieldError('locale', 'language-tag')] });
  return locale;
}

/** A language tag (BCP 47) in its canonical spelling; also with the underscore that some providers write. Null for none. */
export function readLocale(typed: string): string | null {
  const tag = typed.trim().replaceAll('_', '-');
  if (tag.length > 35 || !/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(tag)) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}
