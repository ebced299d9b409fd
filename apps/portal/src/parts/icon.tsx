const PATHS = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  pause: 'M9 5v14M15 5v14',
  play: 'M8 5l11 7-11 7z',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3.5 2',
  ban: 'M12 3a9 9 0 100 18 9 9 0 000-18zM5.6 5.6l12.8 12.8',
  alert: 'M12 4L2.5 20h19zM12 10v4.5M12 17.2v.3',
  plus: 'M12 5v14M5 12h14',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21',
  send: 'M21 3L10 14M21 3l-7 18-4-7-7-4z',
  repeat: 'M4 11V9a3 3 0 013-3h13l-3-3m3 3l-3 3M20 13v2a3 3 0 01-3 3H4l3 3m-3-3l3-3',
  key: 'M15 4a5 5 0 00-4.6 7L3 18.5V21h3v-2.5h2.5V16l2.6-2.4A5 5 0 1015 4zM16 8.5v.2',
  trash: 'M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13.5 6.5l4 4',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  back: 'M14 6l-6 6 6 6',
  next: 'M10 6l6 6-6 6',
  more: 'M5 12h.2M12 12h.2M19 12h.2',
  hook: 'M6 8h8a3 3 0 010 6h-4a3 3 0 000 4h8',
  book: 'M5 4h11a3 3 0 013 3v13H8a3 3 0 01-3-3zM5 17a3 3 0 013-3h11',
  shield: 'M12 3l8 3v6c0 4.5-3.2 7.7-8 9-4.8-1.3-8-4.5-8-9V6zM8.5 12l2.5 2.5 4.5-5',
  link: 'M10 14a4 4 0 005.7 0l3-3a4 4 0 00-5.7-5.7l-1 1M14 10a4 4 0 00-5.7 0l-3 3a4 4 0 005.7 5.7l1-1',
  bolt: 'M13 3L5 13.5h6L10 21l9-11h-6.5z',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words that say the same: screen readers leave it out. */
export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    className="icon"
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={PATHS[name]} />
  </svg>
);
