/** good: works; warn: wants attention; bad: fails; idle: not in use. */
export type Tone = 'good' | 'warn' | 'bad' | 'idle';

/** A state: a dot and a word, so that colour is never the only sign. */
export function StateChip({ tone, children, title }: { tone: Tone; children: string; title?: string | undefined }) {
  return (
    <span className="chip" data-tone={tone} title={title}>
      {children}
    </span>
  );
}
