/**
 * Where the button that had the focus is gone (its row was removed), the focus goes to the heading of its card:
 * else a reader by keyboard begins again at the top of the page. A dialog above gives the focus back to its button by itself.
 */
export function keepFocus(page: Document): void {
  let last: HTMLElement | null = null;
  let heading: HTMLElement | null = null;
  page.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement) || target.closest('main') === null) return;
    last = target;
    heading = target.closest('section.card')?.querySelector<HTMLElement>('h2[tabindex]') ?? null;
  });
  new MutationObserver(() => {
    if (last === null || last.isConnected || page.activeElement !== page.body) return;
    last = null;
    if (heading?.isConnected === true) heading.focus({ preventScroll: true });
  }).observe(page.body, { childList: true, subtree: true });
}
