/** Controls, among them line breaks (Unicode Cc, U+2028, U+2029). */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;
/** Controls of the bidirectional algorithm (UAX #9): they change the order of what stands after them on a page. */
const BIDI_CONTROLS = /\p{Bidi_Control}/gu;
/** Format characters (Unicode Cf), such as zero-width spaces: invisible, pasted along from pages and chats. */
const INVISIBLE = /[\p{Cf}\p{Cc}]/gu;

/**
 * Text from outside (claims, provider answers), as it may be stored and shown: well-formed (a lone surrogate becomes U+FFFD, RFC 8259
 * 8.2), on one line, without bidi controls, trimmed, and at most `limit` code points long.
 */
export function readOutsideText(text: string, limit: number): string {
  // A code point has at most two UTF-16 units: longer input is cut before it is processed.
  const enough = text.slice(0, limit * 4).toWellFormed();
  return cutText(enough.replaceAll(CONTROLS, ' ').replaceAll(BIDI_CONTROLS, '').trim(), limit);
}

/** The first `limit` code points: no character is cut in two. */
export function cutText(text: string, limit: number): string {
  return text.length <= limit
    ? text
    : Array.from(text.slice(0, limit * 2))
        .slice(0, limit)
        .join('')
        .toWellFormed();
}

/** A value that was pasted into a field for ids and addresses: without invisible characters, trimmed. */
export function readPasted(text: string): string {
  return text.toWellFormed().replaceAll(INVISIBLE, '').trim();
}

const NOT_STORABLE = /\\u(?:0000|d[89a-f])/;

/**
 * JSON that PostgreSQL stores, whatever the texts in it hold: lone surrogates and U+0000, which `jsonb` refuses, become
 * U+FFFD. For what is written along with something that must not fail because of it.
 */
export function toStorableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON has both as escapes, and few texts have such an escape at all.
  if (!NOT_STORABLE.test(text)) return text;
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '\u{FFFD}') : part,
  );
}
