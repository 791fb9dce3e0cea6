import { NativeSelect } from '@mantine/core';

interface FilterChoiceProps<Value extends string> {
  /** What is chosen, for screen readers. */
  label: string;
  value: Value | undefined;
  /** What is shown where nothing is chosen. */
  unchosen: string;
  options: readonly { value: Value; label: string }[];
  onChoose: (value: Value | undefined) => void;
}

/** A filter beside the search field of a list: one of a few values, or any. */
export function FilterChoice<Value extends string>({
  label,
  value,
  unchosen,
  options,
  onChoose,
}: FilterChoiceProps<Value>) {
  return (
    <NativeSelect
      className="filters-choice"
      size="sm"
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChoose(options.find((option) => option.value === event.currentTarget.value)?.value)}
      data={[{ value: '', label: unchosen }, ...options]}
    />
  );
}
