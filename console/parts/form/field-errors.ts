import { ApiProblem } from '../../api/problem.ts';

/** What the API says of single fields, by the last name in each path: `settings.clientId` is the field `clientId`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  const found: Record<string, string> = {};
  for (const { field, message } of error.fields) {
    const name = field.split('.').findLast((part) => !/^\d+$/.test(part));
    if (name !== undefined) found[name] ??= message;
  }
  return found;
}

/** Moves the focus to the first field that has an error, once it is drawn. */
export function focusFirstError(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
