import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { t } from '../../../texts/t.ts';

/** Who logs in by a connection first, as the form holds it. */
export interface PilotValues {
  who: 'everybody' | 'percent' | 'named';
  percent: string;
  addresses: string;
}

/** As the API takes it; null: everybody. */
export type EnteredPilot = { percent: number } | { addresses: string } | null;

const PILOT_KINDS = ['everybody', 'percent', 'named'] as const;

/** What was chosen, or undefined while it cannot be sent. */
export function pilotOf({ who, percent, addresses }: PilotValues): EnteredPilot | undefined {
  if (who === 'everybody') return null;
  if (who === 'named') return addresses.trim() === '' ? undefined : { addresses };
  const share = Number(percent);
  return Number.isInteger(share) && share >= 1 && share <= 99 ? { percent: share } : undefined;
}

/** Everybody, a share, or named users. */
export function PilotChoice({
  values,
  kinds = PILOT_KINDS,
  error,
  onChange,
}: {
  values: PilotValues;
  kinds?: readonly PilotValues['who'][];
  /** Of the field that is shown. */
  error: string | undefined;
  onChange: (values: PilotValues) => void;
}) {
  return (
    <div className="form form-wide">
      <NativeSelect
        label={t('pilot.who')}
        description={t(`pilot.${values.who}.help`)}
        value={values.who}
        onChange={(event) => onChange({ ...values, who: event.currentTarget.value as PilotValues['who'] })}
        data={kinds.map((value) => ({ value, label: t(`pilot.${value}`) }))}
      />
      {values.who === 'percent' && (
        <TextInput
          label={t('pilot.percent.field')}
          inputMode="numeric"
          value={values.percent}
          onChange={(event) => onChange({ ...values, percent: event.currentTarget.value })}
          error={error}
          autoComplete="off"
        />
      )}
      {values.who === 'named' && (
        <Textarea
          label={t('pilot.addresses')}
          description={t('pilot.addresses.help')}
          rows={3}
          value={values.addresses}
          onChange={(event) => onChange({ ...values, addresses: event.currentTarget.value })}
          error={error}
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </div>
  );
}
