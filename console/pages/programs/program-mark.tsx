import { hueOf } from './find-programs.ts';

/** A mark of ours for a program: two letters on a calm colour that follows from its id. */
export function ProgramMark({ id, mark }: { id: string; mark: string }) {
  return (
    <span className="program-mark" data-hue={hueOf(id)} aria-hidden="true">
      <bdi lang="en">{mark}</bdi>
    </span>
  );
}
