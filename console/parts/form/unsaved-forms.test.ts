import { expect, test } from 'vitest';
import { createUnsavedForms } from './unsaved-forms.ts';

/** What a tab keeps, without a tab. */
function createStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    getItem: (name) => kept.get(name) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (name) => void kept.delete(name),
    setItem: (name, value) => void kept.set(name, value),
  };
}

test('what a form held before a login is there once afterwards', () => {
  const storage = createStorage();
  const before = createUnsavedForms(storage);
  before.note({ name: 'authentication', keep: () => ({ clientId: 'abc' }) });
  expect(before.any()).toBe(true);
  before.release();
  expect(before.released()).toBe(true);

  const after = createUnsavedForms(storage);
  expect(after.takeBack('authentication')).toEqual({ clientId: 'abc' });
  expect(after.takeBack('authentication')).toBeUndefined();
});

test('a saved form neither holds the page nor is kept', () => {
  const storage = createStorage();
  const forms = createUnsavedForms(storage);
  const saved = forms.note({ name: 'settings', keep: () => ({ name: 'Contoso' }) });
  saved();
  expect(forms.any()).toBe(false);
  forms.release();
  expect(createUnsavedForms(storage).takeBack('settings')).toBeUndefined();
});
