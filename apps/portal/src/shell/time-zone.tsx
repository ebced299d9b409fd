const FORMAT = new Intl.DateTimeFormat('en');

/** In which time zone all moments of the page are, and those that are typed. By name: an offset holds for half a year. */
export function TimeZone() {
  return <p className="muted zone">Times are in your time zone: {FORMAT.resolvedOptions().timeZone}.</p>;
}
