const FIRST = ['.dialog-body :is(input, select, textarea)', '.dialog-foot .button-primary', '.dialog-foot .button'];

/**
 * Gives the focus to what comes first in a dialog: a field, else what it does, else, where that is dangerous, the way
 * out. Left alone, the browser takes the button that closes it.
 */
export function focusFirst(element: HTMLElement | null): void {
  for (const selector of FIRST) {
    const first = element?.querySelector<HTMLElement>(selector);
    if (!first) continue;
    first.focus();
    return;
  }
}
