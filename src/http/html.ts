/** Markup that may be sent as it is. Only {@link html} and {@link trusted} make it. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | false | null | undefined | readonly Part[];

/**
 * Markup with every inserted value escaped, unless the value is markup itself. Lists are joined; false, null and
 * undefined insert nothing. Attributes must stand in double quotes.
 */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let markup = strings[0]!;
  for (const [i, part] of parts.entries()) markup += render(part) + strings[i + 1]!;
  return { markup };
}

/** Marks text of our own or of a library (a logo, a QR code, a hidden form) as markup. Never for anything from outside. */
export function trusted(markup: string): Html {
  return { markup };
}

function render(part: Part): string {
  if (part === false || part === null || part === undefined) return '';
  if (typeof part === 'string') return escape(part);
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map(render).join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
