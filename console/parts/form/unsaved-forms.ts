/** The forms with unsaved changes. */
export interface UnsavedForms {
  /**
   * Registers a form with unsaved changes; call the returned function when they are saved or discarded.
   * `keep` is asked when the console itself leaves for a login: what the form shows again on return, never a secret.
   */
  note(form: { name: string; keep?: () => unknown }): () => void;
  any(): boolean;
  /** Keeps the values of all forms and lets the page be left: the console goes to the login page. */
  release(): void;
  released(): boolean;
  /** Whether values of the form of this name were kept: what shows it only on request shows it at once. */
  keeps(name: string): boolean;
  /** Returns the kept values of the form of this name, once. */
  takeBack(name: string): unknown;
}

export function createUnsavedForms(storage: Storage): UnsavedForms {
  const forms = new Map<symbol, { name: string; keep?: () => unknown }>();
  let free = false;
  return {
    note(form) {
      const mark = Symbol(form.name);
      forms.set(mark, form);
      return () => forms.delete(mark);
    },
    any: () => forms.size > 0,
    release() {
      free = true;
      for (const { name, keep } of forms.values()) {
        if (keep !== undefined) storage.setItem(`form.${name}`, JSON.stringify(keep()));
      }
    },
    released: () => free,
    keeps: (name) => storage.getItem(`form.${name}`) !== null,
    takeBack(name) {
      const kept = storage.getItem(`form.${name}`);
      storage.removeItem(`form.${name}`);
      return kept === null ? undefined : (JSON.parse(kept) as unknown);
    },
  };
}
