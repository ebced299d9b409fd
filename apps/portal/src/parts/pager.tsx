import { Icon } from './icon.js';

interface PagerProps {
  label: string;
  page: number;
  previous: (() => void) | null;
  next: (() => void) | null;
}

/** Goes through pages that are known by cursors: one back, one on. */
export function Pager({ label, page, previous, next }: PagerProps) {
  if (previous === null && next === null) return null;
  return (
    <nav className="pager" aria-label={label}>
      <button
        type="button"
        className="button button-small"
        disabled={previous === null}
        onClick={previous ?? undefined}
      >
        <Icon name="back" size={14} />
        Newer
      </button>
      <span aria-live="polite">Page {page}</span>
      <button type="button" className="button button-small" disabled={next === null} onClick={next ?? undefined}>
        Older
        <Icon name="next" size={14} />
      </button>
    </nav>
  );
}
