import { IntlMessageFormat } from 'intl-messageformat';
import { en } from './en.ts';

/** A key of the catalog. */
export type TextKey = keyof typeof en;

/** Whether the catalog has a text under this key. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(en, key);
}

/** Values for the placeholders of a text. */
export type TextValues = Record<string, string | number | Date>;

/** The text for a key, in one language, with its placeholders filled (ICU message syntax). */
export type Text = (key: TextKey, values?: TextValues) => string;

/** The catalog in one language. Messages are parsed when first used and kept. */
export function createText(locale: 'en', product: string): Text {
  const formats = new Map<TextKey, IntlMessageFormat>();
  return (key, values) => {
    let format = formats.get(key);
    if (format === undefined) {
      format = new IntlMessageFormat(en[key], locale, undefined, { ignoreTag: true });
      formats.set(key, format);
    }
    return String(format.format({ product, ...values }));
  };
}
