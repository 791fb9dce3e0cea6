import { Radio } from '@mantine/core';

interface QuestionFieldProps<T extends string> {
  label: string;
  help: string;
  value: T;
  onChange: (value: T) => void;
  answers: readonly { value: T; label: string; means: string }[];
}

/** A question about a program, each answer with what it means. */
export function QuestionField<T extends string>({ label, help, value, onChange, answers }: QuestionFieldProps<T>) {
  return (
    <Radio.Group label={label} description={help} value={value} onChange={onChange}>
      <div className="choices choices-below">
        {answers.map((answer) => (
          <Radio key={answer.value} value={answer.value} label={answer.label} description={answer.means} />
        ))}
      </div>
    </Radio.Group>
  );
}
