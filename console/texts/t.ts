import { IntlMessageFormat } from 'intl-messageformat';
import { createElement, type ReactNode } from 'react';
import { first } from './en-first.ts';
import type { en } from './en.ts';

/** A key of the catalog. */
export type TextKey = keyof typeof en;

/** Values for the placeholders of a text. */
type TextValues = Record<string, string | number | Date>;

/** The languages the console has, by tag (BCP 47). */
const CATALOGS: Readonly<Record<string, Partial<Record<TextKey, string>>>> = { en: { ...first } };

/** The service chose a language by the request and named it in the page; English where the console has no such catalog. */
const LANGUAGE = languageOf(globalThis.document);
const CATALOG = CATALOGS[LANGUAGE] ?? { ...first };
const REGION = regionOf(navigator.languages ?? []);
const plain = new Map<TextKey, IntlMessageFormat>();
const rich = new Map<TextKey, IntlMessageFormat>();

function formatOf(key: TextKey, ignoreTag: boolean): IntlMessageFormat {
  const formats = ignoreTag ? plain : rich;
  let format = formats.get(key);
  if (format === undefined) {
    const text = CATALOG[key];
    if (text === undefined) throw new Error(`the text ${key} does not come with this page`);
    format = new IntlMessageFormat(text, LANGUAGE, undefined, { ignoreTag });
    formats.set(key, format);
  }
  return format;
}

/** Adds texts that come with the page that shows them. */
export function addTexts(texts: Partial<Record<TextKey, string>>): void {
  Object.assign(CATALOG, texts);
}

let product = 'Gatehouse';

/** The product's name on this installation, as the API tells it at the start. */
export function setProductName(name: string): void {
  product = name;
}

export function productName(): string {
  return product;
}

/** The text for a key, its placeholders filled (ICU message syntax). */
export function t(key: TextKey, values?: TextValues): string {
  return String(formatOf(key, true).format({ product: productName(), ...values }));
}

/** The text for a key in which `<b>…</b>` marks what stands out, `<i>…</i>` what is named, and `<a>…</a>` leads to the address in `href`. */
export function tRich(key: TextKey, values?: TextValues): ReactNode {
  let count = 0;
  const b = (chunks: ReactNode[]): ReactNode => {
    count += 1;
    return createElement('strong', { key: `b${count}` }, ...chunks);
  };
  const i = (chunks: ReactNode[]): ReactNode => {
    count += 1;
    return createElement('em', { key: `i${count}` }, ...chunks);
  };
  const a = (chunks: ReactNode[]): ReactNode =>
    createElement(
      'a',
      { key: 'a', href: String(values?.['href'] ?? ''), target: '_blank', rel: 'noreferrer' },
      ...chunks,
    );
  return formatOf(key, false).format<ReactNode>({ product: productName(), ...values, b, i, a });
}

/** Whether the catalog has a text under this key. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(CATALOG, key);
}

const DAY = 86_400_000;
const relative = new Intl.RelativeTimeFormat(REGION, { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat(REGION, { dateStyle: 'medium', timeStyle: 'short' });
const timeOfDay = new Intl.DateTimeFormat(REGION, { hour: '2-digit', minute: '2-digit', hour12: false });
const calendarDay = new Intl.DateTimeFormat(REGION, { dateStyle: 'medium' });
const calendarDate = new Intl.DateTimeFormat(REGION, { dateStyle: 'medium', timeZone: 'UTC' });

function languageOf(page: Document | undefined): string {
  const named = page?.documentElement.lang ?? '';
  return Object.hasOwn(CATALOGS, named) ? named : 'en';
}

/** The reader's own region of the language, for dates. Some browsers name one no `Intl` knows (`en-US@posix`). */
export function regionOf(languages: readonly string[]): string {
  const ofLanguage = new RegExp(`^${LANGUAGE}(?:-[A-Z]{2})?$`);
  return languages.find((language) => ofLanguage.test(language)) ?? LANGUAGE;
}

/** A moment as seen from now: “2 minutes ago”, “yesterday”; a date once it is over a month away. */
export function sinceNow(at: Date, now: Date): string {
  const past = at.getTime() - now.getTime();
  const size = Math.abs(past);
  if (size < 45_000) return t('time.now');
  if (size < 3_600_000) return relative.format(Math.round(past / 60_000), 'minute');
  if (size < DAY) return relative.format(Math.round(past / 3_600_000), 'hour');
  if (size < 31 * DAY) return relative.format(Math.round(past / DAY), 'day');
  return calendarDay.format(at);
}

/** A moment in full, in the reader's time zone. */
export function moment(at: Date): string {
  return absolute.format(at);
}

/** The time of day for today, the date for earlier. */
export function clockOrDay(at: Date, now: Date): string {
  return at.toDateString() === now.toDateString() ? timeOfDay.format(at) : calendarDay.format(at);
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size in bytes as people read it: “12.3 MB”, by powers of 1000. */
export function sizeOf(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const format = new Intl.NumberFormat(REGION, {
    style: 'unit',
    unit: UNITS[power] ?? 'byte',
    maximumFractionDigits: 1,
  });
  return format.format(bytes / 1000 ** power);
}

/** The day of a moment, in the reader's time zone. */
export function dayOf(at: Date): string {
  return calendarDay.format(at);
}

/**
 * A day of the calendar, which is the same one in every time zone.
 * @param day `2027-05-31`, or the moment in UTC by which the API says until when a credential is valid
 */
export function calendarDateOf(day: string): string {
  return calendarDate.format(new Date(day));
}
