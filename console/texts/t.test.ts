import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { AUDIT_KINDS } from '../../src/audit/audit-event.ts';
import { MAIL_KINDS } from '../../src/mail/mail-kind.ts';
import './add-events.ts';
import './add-guides.ts';
import './applications/add-applications.ts';
import './applications/add-health.ts';
import './applications/add-programs.ts';
import './applications/add-try.ts';
import './applications/add-unregistered.ts';
import './connections/add-templates.ts';
import './domains/add-domain-wait.ts';
import './mails/add-mails.ts';
import './organization/add-limits.ts';
import './resources/add-api-resources.ts';
import './system/add-system.ts';
import './users/add-user-mails.ts';
import { applications } from './applications/en-applications.ts';
import { templates } from './connections/en-templates.ts';
import { en } from './en.ts';
import { events } from './en-events.ts';
import { first } from './en-first.ts';
import { aroundGuides } from './en-guides.ts';
import { mailKinds } from './mails/en-mail-kinds.ts';
import { guides } from '../../src/texts/guides/en-guides.ts';
import { calendarDateOf, isTextKey, regionOf, setProductName, sinceNow, t, type TextKey, tRich } from './t.ts';

test('every kind of audit event has a name and a sentence, and no text is left for a kind that is gone', () => {
  const texts = (prefix: string): string[] =>
    Object.keys(en)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  const kinds = [...AUDIT_KINDS].toSorted();
  expect(texts('kind.').toSorted()).toEqual(kinds);
  expect(
    texts('event.')
      .filter((key) => key !== 'somebody')
      .toSorted(),
  ).toEqual(kinds);
});

test('every kind of mail has a name, and no name is left for a kind that is gone', () => {
  expect(Object.keys(mailKinds).toSorted()).toEqual(MAIL_KINDS.map((kind) => `mail-kind.${kind}`).toSorted());
});

test('every text can be read with any values', () => {
  const values = new Proxy({ b: (chunks: unknown[]) => chunks.join('') } as unknown as Record<string, string>, {
    get: (target, name: string) => target[name] ?? (NUMBERS.has(name) ? 2 : 'x'),
    has: () => true,
    ownKeys: (target) => [...Reflect.ownKeys(target), ...NAMES],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
  for (const key of Object.keys(en) as TextKey[]) {
    expect(`${key}: ${t(key, values)}`).not.toMatch(/[{}]/);
    expect(t(key, values).length).toBeGreaterThan(0);
    expect(() => tRich(key, values)).not.toThrow();
  }
});

/** What the catalog's placeholders are called. */
const NAMES = [
  ...new Set(Object.values(en).flatMap((text) => [...text.matchAll(/\{(\w+)/g)].map((found) => found[1]!))),
];
const NUMBERS = new Set(
  Object.values(en).flatMap((text) => [...text.matchAll(/\{(\w+), (?:plural|number)/g)].map((found) => found[1]!)),
);

test('the product is called what the installation calls it', () => {
  setProductName('Northwind Security');
  expect(t('method.built-in')).toBe('Northwind Security Authentication');
  setProductName('Gatehouse');
});

test('a moment is told as seen from now', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const before = (seconds: number): string => sinceNow(new Date(now.getTime() - seconds * 1000), now);
  expect(before(10)).toBe('just now');
  expect(before(120)).toBe('2 minutes ago');
  expect(before(3 * 3600)).toBe('3 hours ago');
  expect(before(26 * 3600)).toBe('yesterday');
  expect(before(-26 * 3600)).toBe('tomorrow');
  expect(before(90 * 86_400)).toMatch(/2026/);
});

test('a day of the calendar is the same one west and east of Greenwich, whatever day a moment has there', async () => {
  expect(calendarDateOf('2027-05-31')).toMatch(/31/);
  const shown: string[] = [];
  for (const zone of ['America/Los_Angeles', 'Pacific/Auckland']) {
    vi.stubEnv('TZ', zone);
    vi.resetModules();
    const there = await import('./t.ts');
    shown.push(there.dayOf(new Date('2027-05-31T00:00:00Z')), there.dayOf(new Date('2027-05-31T23:59:59Z')));
    const days = ['2027-05-31', '2027-05-31T00:00:00.000Z', '2027-05-31T23:59:59Z'].map(there.calendarDateOf);
    expect(new Set(days)).toEqual(new Set([calendarDateOf('2027-05-31')]));
  }
  vi.unstubAllEnvs();
  vi.resetModules();
  expect(new Set(shown).size).toBe(3);
});

test('dates follow the English of the reader, and a language nobody knows does no harm', () => {
  expect(regionOf(['de-CH', 'en-GB', 'en'])).toBe('en-GB');
  expect(regionOf(['en-US@posix'])).toBe('en');
  expect(regionOf([])).toBe('en');
});

test('a code without a text of its own is told apart from one that has', () => {
  expect(isTextKey('problem.version.conflict')).toBe(true);
  expect(isTextKey('problem.toString')).toBe(false);
});

test('texts that come later are used by files that bring them', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const early = Object.keys(first);
  const brought = {
    'add-guides.ts': { ...aroundGuides, ...guides },
    'add-events.ts': events,
    'add-templates.ts': templates,
    'add-applications.ts': applications,
  };
  for (const path of globSync('{pages,parts}/**/*.{ts,tsx}', { cwd: folder })) {
    const code = readFileSync(join(folder, path), 'utf8');
    // A key in full, or the beginning of one that is put together.
    const used = [...code.matchAll(/\bt(?:Rich)?\(\s*['`]([\w.-]+)('|`|\$)/g)];
    for (const [module, texts] of Object.entries(brought)) {
      // Their pages bring these, for all that stands on them.
      if (module === 'add-applications.ts' && path.startsWith('pages/application/')) continue;
      const late = used.filter(([, key = '', end]) => {
        const named = (known: string): boolean => (end === '$' ? known.startsWith(key) : known === key);
        return Object.keys(texts).some(named) && !early.some(named);
      });
      if (late.length > 0) expect({ path, brings: code.includes(module) }).toEqual({ path, brings: true });
    }
  }
});
