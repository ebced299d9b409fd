import type { ReactNode } from 'react';

/** What may be wider than the screen. It scrolls, so it can be reached by keyboard. */
export const Scroll = ({ label, card = false, children }: { label: string; card?: boolean; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section className={card ? 'card scroll' : 'scroll'} aria-label={label} tabIndex={0}>
    {children}
  </section>
);
