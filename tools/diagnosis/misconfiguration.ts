import type { FailureCause } from '../../src/applications/health/failure-causes.ts';
import type { ExplanationCode } from '../../src/connectors/explanation-codes.ts';
import type { OwnCause } from '../../src/diagnosis/diagnosis.ts';

/** Where a misconfiguration shows first. */
export type ShownAt =
  /** *Save* refuses it. */
  | 'save'
  /** *Save* takes it and says what was left out. */
  | 'note'
  /** A login comes back from the provider and is refused. */
  | 'login'
  /** A login goes through all the same; *Why?* and *Test* tell it. */
  | 'aside'
  /** The provider's own page: the login is found as started, not finished. */
  | 'provider'
  /** The application, which shows what it will. */
  | 'application'
  /** A page of ours. */
  | 'page';

/** Something that is set up wrong, and how it is diagnosed: a row of `docs/reference/diagnosis.md`. */
export interface Misconfiguration {
  /** In the words of who did it. Unique. */
  mistake: string;
  at: ShownAt;
  /** The code it is found as: of `connectors/explanation-codes.ts`, `diagnosis/diagnosis.ts` or `applications/health/`. */
  code: ExplanationCode | OwnCause | `application.${FailureCause}`;
  /** What the person reads, as `error.<code>` or another key of the catalog; undefined where no person meets it. */
  person?: string;
  /** Examples for the placeholders of the administrator's sentences. */
  values?: Readonly<Record<string, string>>;
  /** The value to put there, where the place itself names none. */
  put?: string;
}
