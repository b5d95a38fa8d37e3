// Where the keyboard is: who acts on something that is then drawn away goes on at what stands for the same, or beside it.

const able = 'button, a[href], input, select, summary, [tabindex="0"]';

/** Never leaves the focus to nobody. What stands for the same says so: data-same. */
export function keep_focus(root: HTMLElement): void {
  let path: Element[] = []; // what has the focus, and all that it stands in
  let by_mouse = false;
  addEventListener("pointerdown", () => { by_mouse = true; path = []; }, true);
  addEventListener("keydown", () => { by_mouse = false; }, true);
  root.addEventListener("focusin", ({ target }) => {
    path = [];
    for (let one = target as Element | null; one && one !== root; one = one.parentElement) path.push(one);
  });
  const stands_for = (one: Element): Element | null => {
    const same = one.getAttribute("data-same");
    const found = (same && root.querySelector(`[data-same="${CSS.escape(same)}"]`)) || (one.isConnected && !one.matches("main, .page") ? one : null);
    return found?.matches(able) ? found : (found?.querySelector(able) ?? null);
  };
  new MutationObserver(() => {
    if (document.activeElement !== document.body || path.length === 0 || path[0].isConnected) return;
    const next = path.map(stands_for).find((one) => one) ?? root.querySelector(".screens [aria-current]");
    (next as HTMLElement | null)?.focus({ preventScroll: by_mouse });
  }).observe(root, { childList: true, subtree: true });
}
