import { IntlMessageFormat } from 'intl-messageformat';
import { chooseLanguage, chooseRegion } from './choose-language.ts';
import { en } from './en.ts';

/** A key of the catalog. */
export type TextKey = keyof typeof en;

/** Every text, in one language. */
export type Catalog = Readonly<Record<TextKey, string>>;

/** Catalogs by language tag (BCP 47). */
export type Catalogs = Readonly<Record<string, Catalog>>;

/** Whether the catalog has a text under this key. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(en, key);
}

/** Values for the placeholders of a text. */
export type TextValues = Record<string, string | number | Date>;

/** The text for a key, in one language, with its placeholders filled (ICU message syntax). */
export interface Text {
  (key: TextKey, values?: TextValues): string;
  /** Language tag (BCP 47), as `<html lang>` takes it. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
}

/** The texts of the service, in every language it has. */
export interface Texts {
  /** The language of the installation: what the operator reads, and mails, whose recipients' language is not recorded. */
  readonly default: Text;
  /** The language that suits a request best, with dates as its region writes them; the installation's when none does, or nothing is asked for. */
  for(acceptLanguage: string | undefined): Text;
}

/** The languages that ship; the first is the installation's. */
const CATALOGS: Catalogs = { en };

/** Languages written from right to left. */
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

/**
 * The catalogs as texts.
 * @param product name of the product, for `{product}`
 * @param more catalogs beside those that ship
 */
export function createTexts(product: string, more: Catalogs = {}): Texts {
  const texts = Object.entries({ ...CATALOGS, ...more }).map(([language, catalog]) =>
    createText(language, catalog, product),
  );
  const [first] = texts as [WholeText, ...WholeText[]];
  const languages = texts.map(({ language }) => language);
  return {
    default: first,
    for(acceptLanguage) {
      const chosen = chooseLanguage(acceptLanguage, languages);
      const text = texts.find(({ language }) => language === chosen) ?? first;
      const region = chooseRegion(acceptLanguage, text.language);
      return region === undefined ? text : inRegion(text, region);
    },
  };
}

/** A text that can also write dates as a region does. */
interface WholeText extends Text {
  textIn(region: string, key: TextKey, values?: TextValues): string;
}

/** Messages are parsed when first used and kept. */
function createText(language: string, catalog: Catalog, product: string): WholeText {
  const formats = new Map<TextKey, IntlMessageFormat>();
  const direction = RIGHT_TO_LEFT.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';
  const formatOf = (key: TextKey): IntlMessageFormat => {
    let format = formats.get(key);
    if (format === undefined) {
      format = new IntlMessageFormat(catalog[key], language, undefined, { ignoreTag: true });
      formats.set(key, format);
    }
    return format;
  };
  const text = (key: TextKey, values?: TextValues): string => String(formatOf(key).format({ product, ...values }));
  const textIn = (region: string, key: TextKey, values?: TextValues): string => {
    // Not kept: a request names the region, and there are hundreds.
    const format = new IntlMessageFormat(formatOf(key).getAst(), region, undefined, { ignoreTag: true });
    return String(format.format({ product, ...values }));
  };
  return Object.assign(text, { language, direction, textIn } as const);
}

/** The same text, with dates as a region writes them. */
function inRegion(text: WholeText, region: string): Text {
  const own = (key: TextKey, values?: TextValues): string =>
    Object.values(values ?? {}).some((value) => value instanceof Date)
      ? text.textIn(region, key, values)
      : text(key, values);
  return Object.assign(own, { language: text.language, direction: text.direction });
}
