import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Text } from '../texts/catalog.ts';

/** Where a command writes: results to `out`, all else to `err`. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Shows how far a long command is, over what was shown before; an empty text wipes it. Missing where nobody looks. */
  progress?(text: string): void;
}

/** The result of a command, for programs and for people. */
export interface Result {
  data: Record<string, unknown>;
  text: string;
  /** False when the command ran and its answer is no: exit code 1. */
  good?: boolean;
}

/** A size for people, as 12.3 MB. */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}

const PROGRESS_MS = 200;

/** Shows progress a few times a second; what it returns is called as often as there is news. */
export function progressOf(
  { terminal, clock }: { terminal: Terminal; clock: Clock },
  sentence: (done: string, total: string) => string,
) {
  let shown = 0;
  return (done: number, total: number): void => {
    const now = clock.now().getTime();
    if (terminal.progress === undefined || now - shown < PROGRESS_MS) return;
    shown = now;
    terminal.progress(sentence(sizeText(done), sizeText(total)));
  };
}

/** Exit codes; `tryAgain` (EX_TEMPFAIL of sysexits) for a mail server that called us, which keeps the message. */
export const EXIT = { done: 0, failed: 1, usage: 2, tryAgain: 75 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Writes the result of a command, as a sentence or as JSON, and returns the exit code. Never throws. */
export async function report(
  to: { terminal: Terminal; t: Text; json: boolean },
  work: () => Promise<Result>,
): Promise<ExitCode> {
  const wipe = (): void => to.terminal.progress?.('');
  try {
    const { data, text, good = true } = await work();
    wipe();
    to.terminal.out(to.json ? JSON.stringify(data) : text);
    return good ? EXIT.done : EXIT.failed;
  } catch (error) {
    wipe();
    complain(to, error);
    return EXIT.failed;
  }
}

/** Writes why a command failed: a refusal as its sentence, a bug with its stack. */
export function complain(to: { terminal: Terminal; t: Text; json: boolean }, error: unknown): void {
  const code = error instanceof AppError ? error.code : 'internal';
  const message = error instanceof AppError ? sentenceOf(error, to.t) : to.t('cli.failed', { reason: reasonOf(error) });
  to.terminal.err(to.json ? JSON.stringify({ error: { code, message } }) : message);
  if (code === 'internal' && !to.json && error instanceof Error && error.stack !== undefined)
    to.terminal.err(error.stack);
}

/** For the operator the detail is the sentence: it names files, settings and what to do. */
export function sentenceOf(error: AppError, t: Text): string {
  return error.detail ?? t(`error.${error.code}`, error.values);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
