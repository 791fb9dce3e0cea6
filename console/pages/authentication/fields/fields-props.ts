import type { UseFormReturnType } from '@mantine/form';
import type { SettingsValues } from '../settings-values.ts';

export type SettingsForm = UseFormReturnType<SettingsValues>;

/** What the fields of a provider work on. */
export interface FieldsProps {
  form: SettingsForm;
  organizationId: string;
  /** When the stored secret was set; null when there is none. */
  secretSetAt: string | null;
  /** When a test that was begun on this page ended; null for none. */
  testedAt: string | null;
  /** A field lost focus: the settings may be checked. */
  onLeave: () => void;
}
