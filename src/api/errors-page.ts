import { AppError, ERROR_CODES } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import { html } from '../http/html.ts';
import { statusOf } from '../http/problem.ts';
import type { Text } from '../texts/catalog.ts';

/** The page that the `type` of a problem document refers to: every code, its status and what it means. */
export function errorsPage(t: Text): string {
  const entries = Object.entries(ERROR_CODES).map(
    ([code, [, meaning]]) =>
      html`<dt id="${code}"><code>${code}</code> ${statusOf(new AppError(code as ErrorCode))}</dt>
        <dd>${meaning}</dd>`,
  );
  return html`<!doctype html>
    <html lang="${t.language}" dir="${t.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${t('api.errors.title')}</title>
      </head>
      <body>
        <h1>${t('api.errors.title')}</h1>
        <dl>
          ${entries}
        </dl>
      </body>
    </html>`.markup;
}
